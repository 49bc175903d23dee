@NullMarked
package dev.tocsin.draft.model;

import org.jspecify.annotations.NullMarked;
