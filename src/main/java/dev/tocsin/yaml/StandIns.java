package dev.tocsin.yaml;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values to look on with after a mistake, so that it does not hide the others; nothing is ever done with them. */
record StandIns(Vocabulary vocabulary) {

    /** A value of the type, where one can be made of nothing. */
    Optional<Object> of(Type type) {
        if (!(type instanceof Class<?> plain)) {
            return Optional.empty();
        }
        var word = vocabulary.word(plain);
        if (word.isPresent()) {
            return Optional.of(word.get().read().apply(word.get().standIn()));
        }
        if (!plain.isRecord()) {
            return Optional.empty();
        }
        var arguments = new ArrayList<Object>();
        for (var component : plain.getRecordComponents()) {
            of(component).ifPresent(arguments::add);
        }
        return arguments.size() == plain.getRecordComponents().length
                ? Optional.of(Records.construct(plain, arguments.toArray()))
                : Optional.empty();
    }

    private Optional<Object> of(RecordComponent component) {
        return switch (component.getType().getSimpleName()) {
            case "Optional" -> Optional.of(Optional.empty());
            case "List" -> Optional.of(List.of());
            case "Map" -> Optional.of(Map.of());
            default -> of(component.getType());
        };
    }
}
