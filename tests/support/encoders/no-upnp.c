/**
 * In place of libgupnp-igd, by which libnice asks home routers for ports. Debian 12's whip-client uses libsoup 2, and
 * that library brings libsoup 3, which ends any program that has both.
 */
void *gupnp_simple_igd_get_type(void) { return 0; }
void *gupnp_simple_igd_thread_new(void) { return 0; }
void *gupnp_simple_igd_add_port(void) { return 0; }
void *gupnp_simple_igd_remove_port_local(void) { return 0; }
