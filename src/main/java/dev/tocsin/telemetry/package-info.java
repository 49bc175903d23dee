/** Every metric, named once. */
@NullMarked
package dev.tocsin.telemetry;

import org.jspecify.annotations.NullMarked;
