/** Conducts runs: admit, baseline, stress, release, recover, judge. */
@NullMarked
package dev.tocsin.runner;

import org.jspecify.annotations.NullMarked;
