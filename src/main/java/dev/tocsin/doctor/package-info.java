/** Asks about every wire, and rings a drill. */
@NullMarked
package dev.tocsin.doctor;

import org.jspecify.annotations.NullMarked;
