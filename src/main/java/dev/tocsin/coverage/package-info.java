/** Asks which alerting rules are deployed, and which of them were proven to ring. */
@NullMarked
package dev.tocsin.coverage;

import org.jspecify.annotations.NullMarked;
