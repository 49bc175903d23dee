/** What Prometheus and Alertmanager say when asked. */
@NullMarked
package dev.tocsin.observe;

import org.jspecify.annotations.NullMarked;
