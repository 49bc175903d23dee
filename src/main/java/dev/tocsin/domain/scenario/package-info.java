/** What a scenario asks for. Pure. */
@NullMarked
package dev.tocsin.domain.scenario;

import org.jspecify.annotations.NullMarked;
