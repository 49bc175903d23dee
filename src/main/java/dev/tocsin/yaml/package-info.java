/** Strict reading of the YAML that users write: every mistake at once, with line and column. */
@NullMarked
package dev.tocsin.yaml;

import org.jspecify.annotations.NullMarked;
