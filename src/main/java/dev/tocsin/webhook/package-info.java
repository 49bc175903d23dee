/** Alertmanager's webhook: decode, append, answer. */
@NullMarked
package dev.tocsin.webhook;

import org.jspecify.annotations.NullMarked;
