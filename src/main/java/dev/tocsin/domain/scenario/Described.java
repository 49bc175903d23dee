package dev.tocsin.domain.scenario;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key of a user's file means; the reader takes its default from here and the JSON Schema its text. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
public @interface Described {
    String value();

    /** The text that stands for an absent key; empty when the key must be there or is optional without a default. */
    String ifAbsent() default "";

    String example() default "";
}
