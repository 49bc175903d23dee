/** The routes of runs, scenarios and alerts. */
@NullMarked
package dev.tocsin.runs;

import org.jspecify.annotations.NullMarked;
