package dev.tocsin.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MarkupTest {
    @Test
    void escapesTextAndAttributes() {
        var markup = new Markup().element("b", "a < b & \"c\"\n", "title", "x\"\n<y>");

        assertThat(markup).hasToString("<b title=\"x&quot;&#10;&lt;y&gt;\">a &lt; b &amp; &quot;c&quot;\n</b>\n");
    }

    @Test
    void spellsOutWhatIsNotSeenOrTurnsTheText() {
        var markup = new Markup().text("a\u202Eb\u2066c\u0000d\u0085e\uD800f\uFFFEg é \uD83D\uDD14");

        assertThat(markup).hasToString("a\\u202eb\\u2066c\\u0000d\\u0085e\\ud800f\\ufffeg é \uD83D\uDD14\n");
    }

    @Test
    void isWholeOrNothing() {
        var markup = new Markup().open("p");

        assertThatThrownBy(markup::toString)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[p]");
        assertThat(markup.close()).hasToString("\n<p></p>\n");
    }

    @Test
    void takesNoStyleThatHtmlAndXmlReadDifferently() {
        assertThatThrownBy(() -> new Markup().style("a > b {}")).isInstanceOf(IllegalArgumentException.class);
        assertThat(new Markup().style("a b {}")).hasToString("\n<style>a b {}</style>\n");
    }
}
