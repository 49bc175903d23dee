/** The judge: from a run and a moment to a verdict. Pure. */
@NullMarked
package dev.tocsin.domain.verdict;

import org.jspecify.annotations.NullMarked;
