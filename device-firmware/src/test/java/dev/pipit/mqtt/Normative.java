package dev.pipit.mqtt;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The test shows that the client keeps these statements of the specification. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Normative.All.class)
public @interface Normative {
    /** {@code 3.1.1} or {@code 5.0}: the two number alike. */
    String version();

    /** Without the leading {@code MQTT-}: {@code 3.1.0-1}. */
    String[] id();

    /** For repeating. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface All {
        Normative[] value();
    }
}
