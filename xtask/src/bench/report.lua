-- What wrk says at its end, on one line of its own: requests, seconds, p50 and p99 in microseconds,
-- and answers and connections that went wrong.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "measured %d %.6f %.1f %.1f %d\n",
    summary.requests,
    summary.duration / 1e6,
    latency:percentile(50),
    latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
