// For a container's HEALTHCHECK: whether the gateway answers where its file says by default.
const answer = await fetch('http://127.0.0.1:9464/healthz');
process.exitCode = answer.ok ? 0 : 1;
