@NullMarked
package dev.tocsin.draft.eval;

import org.jspecify.annotations.NullMarked;
