-- Prints what wrk measured as one line of JSON; latencies in microseconds.
-- Asks for the paths in the file that is named behind `--`, if there is one.
local requests, asked = {}, 0

function init(args)
  if args[1] and args[1] ~= "" then
    for path in io.lines(args[1]) do
      requests[#requests + 1] = wrk.format("GET", path)
    end
    request = function()
      asked = asked + 1
      return requests[asked % #requests + 1]
    end
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\nresult {"requests":%d,"seconds":%.6f,"p50":%d,"p99":%d,"p999":%d,"broken":%d,"refused":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    latency:percentile(99.9), e.connect + e.read + e.write + e.timeout, e.status))
end
