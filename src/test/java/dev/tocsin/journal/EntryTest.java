package dev.tocsin.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Notification;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.json.Json;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"version\":\"4\",\"groupKey\":\"{}:{job=\\\"a\\\\b\\\"}\"}",
                "{\n\t\"pretty\": true\r\n}",
                "\"ünïcode ☃ 😀 \u2028 \u007f / <>&\"",
                "\"\\u0000 \u0001 \u001f\""
            })
    void writesANotificationExactlyAsTheMapperWould(String raw) {
        var fact = new Fact.NotificationReceived(new Notification("hook", "{}", List.of(), 0, raw));

        assertThat(Entry.encode(fact))
                .isEqualTo(Json.MAPPER.writerFor(Fact.class).writeValueAsString(fact));
    }
}
