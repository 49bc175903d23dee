/** Scenario files: reading, linting, and the folders they are loaded from. */
@NullMarked
package dev.tocsin.scenarios;

import org.jspecify.annotations.NullMarked;
