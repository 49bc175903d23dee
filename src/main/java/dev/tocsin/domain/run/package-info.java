/** The facts of a run and their fold. Pure. */
@NullMarked
package dev.tocsin.domain.run;

import org.jspecify.annotations.NullMarked;
