package dev.tocsin.cluster;

final class SandboxLeaseTest extends LeaseContract {
    private final Sandbox sandbox = new Sandbox();

    @Override
    protected Pods pods() {
        return sandbox;
    }

    @Override
    protected void snatch(String by) {
        sandbox.snatch(NAME, by);
    }
}
