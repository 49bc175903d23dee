/** Configuration and the composition root. */
@NullMarked
package dev.tocsin.app;

import org.jspecify.annotations.NullMarked;
