/** The drivers of the stimuli that work through PostgreSQL. */
@NullMarked
package dev.tocsin.stress;

import org.jspecify.annotations.NullMarked;
