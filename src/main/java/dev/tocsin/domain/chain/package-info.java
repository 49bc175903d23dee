/** What was seen of the chain between a metric and this webhook, and what follows from it. */
@NullMarked
package dev.tocsin.domain.chain;

import org.jspecify.annotations.NullMarked;
