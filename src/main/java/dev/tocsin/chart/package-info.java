/** Drawings of what happened over time, as markup that needs no script. */
@NullMarked
package dev.tocsin.chart;

import org.jspecify.annotations.NullMarked;
