/** Which of the deployed alerting rules were proven to ring. */
@NullMarked
package dev.tocsin.domain.coverage;

import org.jspecify.annotations.NullMarked;
