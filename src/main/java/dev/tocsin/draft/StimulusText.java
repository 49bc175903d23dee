package dev.tocsin.draft;

import dev.tocsin.domain.scenario.Described;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.scenario.Stimulus;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A stimulus as a scenario writes it. */
final class StimulusText {
    private StimulusText() {}

    /** {@code connectionFlood: { fill: 96% }}; keys that have their default are left out. */
    static String of(Stimulus stimulus) {
        var keys = keys(stimulus);
        return stimulus.kind() + ": " + (keys.isEmpty() ? "{}" : "{ " + keys + " }");
    }

    static String keys(Stimulus stimulus) {
        var keys = new ArrayList<String>();
        for (var component : stimulus.getClass().getRecordComponents()) {
            var described = component.getAnnotation(Described.class);
            try {
                var text = text(component.getAccessor().invoke(stimulus));
                if (!text.isEmpty()
                        && (described == null || !described.ifAbsent().equals(text))) {
                    keys.add(component.getName() + ": " + text);
                }
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("a record that cannot be read: " + stimulus, e);
            }
        }
        return String.join(", ", keys);
    }

    private static String text(Object value) {
        return switch (value) {
            case Optional<?> optional -> optional.map(StimulusText::text).orElse("");
            case List<?> list ->
                list.isEmpty()
                        ? ""
                        : list.stream().map(StimulusText::text).toList().toString();
            case Duration duration -> Durations.print(duration);
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case String text when !text.matches("[A-Za-z0-9_.]+") -> '"' + text.replace("\"", "\\\"") + '"';
            default -> value.toString();
        };
    }
}
