package dev.tocsin.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.alert.Notification;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.ledger.Numbers;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.Background;
import dev.tocsin.domain.scenario.Bracket;
import dev.tocsin.domain.scenario.ByteSize;
import dev.tocsin.domain.scenario.Deadline;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.Level;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.scenario.SignalExpectation;
import dev.tocsin.domain.scenario.Size;
import dev.tocsin.domain.scenario.Stimulus;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

/** The one strict mapper: what it does not know, it refuses. */
public final class Json {
    /** Reads and writes everything of ours: journal, evidence, API. */
    public static final JsonMapper MAPPER = mapper();

    /** The wire name of a kind of a sealed type: its simple name, first letter small. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    private interface Kinded {}

    /** What journals of earlier versions do not have is empty, and is left out when it is. */
    private interface Grown {
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonSetter(nulls = Nulls.AS_EMPTY)
        List<Background> background();

        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonSetter(nulls = Nulls.AS_EMPTY)
        List<SignalExpectation> signals();

        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonSetter(nulls = Nulls.AS_EMPTY)
        List<String> unjudged();
    }

    private Json() {}

    private static JsonMapper mapper() {
        var builder = JsonMapper.builder()
                .addModule(values())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(EnumFeature.READ_ENUMS_USING_TO_STRING)
                .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING)
                .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_ABSENT));
        builder.addMixIn(Scenario.class, Grown.class);
        for (var sealed : new Class<?>[] {
            Fact.class, Effect.class, Undo.class, Leftover.class, Stimulus.class, Sight.class, Note.class
        }) {
            builder.addMixIn(sealed, Kinded.class);
            kinds(builder, sealed);
        }
        return builder.build();
    }

    private static void kinds(JsonMapper.Builder builder, Class<?> sealed) {
        for (var kind : sealed.getPermittedSubclasses()) {
            if (kind.isSealed()) {
                kinds(builder, kind);
            } else {
                builder.registerSubtypes(new NamedType(kind, wireName(kind)));
            }
        }
    }

    private static String wireName(Class<?> kind) {
        var name = kind.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static JacksonModule values() {
        var module = new SimpleModule("tocsin");
        text(module, Duration.class, Durations::print, Durations::parse);
        text(module, RunId.class, RunId::toString, RunId::parse);
        text(module, Matcher.class, Matcher::toString, Matcher::parse);
        text(module, Matchers.class, Matchers::toString, Matchers::parse);
        text(module, ByteSize.class, ByteSize::toString, ByteSize::parse);
        text(module, Size.class, Object::toString, Size::parse);
        text(module, Numbers.class, Numbers::toString, Numbers::parse);
        text(module, Hold.class, Object::toString, Hold::parse);
        text(module, Deadline.class, Object::toString, Deadline::parse);
        text(module, Bracket.class, Object::toString, Bracket::parse);
        text(module, Level.class, Object::toString, Level::parse);
        text(module, Level.Compared.class, Object::toString, Level.Compared::parse);
        text(module, Mode.class, Object::toString, Mode::parse);
        module.addSerializer(Labels.class, new ValueSerializer<Labels>() {
            @Override
            public void serialize(Labels labels, JsonGenerator to, SerializationContext context) {
                to.writePOJO(labels.pairs());
            }
        });
        module.addDeserializer(Labels.class, new ValueDeserializer<Labels>() {
            @Override
            public Labels deserialize(JsonParser from, DeserializationContext context) {
                return new Labels(context.readValue(
                        from, context.getTypeFactory().constructMapType(TreeMap.class, String.class, String.class)));
            }
        });
        // The raw body is the fact; what it says is read anew, so that a better reader can judge an old journal.
        module.addSerializer(Notification.class, new ValueSerializer<Notification>() {
            @Override
            public void serialize(Notification notification, JsonGenerator to, SerializationContext context) {
                to.writeString(notification.raw());
            }
        });
        module.addDeserializer(Notification.class, new ValueDeserializer<Notification>() {
            @Override
            public Notification deserialize(JsonParser from, DeserializationContext context) {
                try {
                    return AlertmanagerMessage.read(from.getString());
                } catch (AlertmanagerMessage.UnreadableException e) {
                    return context.reportInputMismatch(Notification.class, "%s", e.why());
                }
            }
        });
        return module;
    }

    private static <T> void text(
            SimpleModule module, Class<T> type, Function<T, String> print, Function<String, T> parse) {
        module.addSerializer(type, new ValueSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator to, SerializationContext context) throws JacksonException {
                to.writeString(print.apply(value));
            }
        });
        module.addDeserializer(type, new ValueDeserializer<T>() {
            @Override
            public T deserialize(JsonParser from, DeserializationContext context) throws JacksonException {
                try {
                    return parse.apply(from.getString());
                } catch (IllegalArgumentException e) {
                    return context.reportInputMismatch(type, "%s", e.getMessage());
                }
            }
        });
    }
}
