package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class StackTest {
    @ParameterizedTest
    @CsvSource({"system, SYSTEM", "debian-12, DEBIAN_12", "debian-13, DEBIAN_13", "newest, NEWEST"})
    void hasTheNameThatPeopleWrite(String name, Stack stack) {
        assertThat(stack).hasToString(name);
        assertThat(Stack.of(name)).isEqualTo(stack);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "victoria", "DEBIAN_12", "debian"})
    void anotherNameIsToldWithThoseThereAre(String name) {
        assertThatThrownBy(() -> Stack.of(name))
                .hasMessage("there is no stack " + name + "; there are [system, debian-12, debian-13, newest]");
    }

    @Test
    void anotherNameIsAMistakeOfUse() {
        var err = new StringWriter();
        var command = new CommandLine(new LabCommand()).setErr(new PrintWriter(err));

        assertThat(command.execute("--stack", "victoria")).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("Invalid value for option '--stack': there is no stack victoria;"
                        + " there are [system, debian-12, debian-13, newest]\n");
    }

    @Test
    void theCommandOffersThem() {
        var option = new CommandLine(new LabCommand()).getCommandSpec().findOption("--stack");

        assertThat(option.completionCandidates()).containsExactly("system", "debian-12", "debian-13", "newest");
    }
}
