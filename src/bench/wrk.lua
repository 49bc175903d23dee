-- Posts the notification of BENCH_BODY with the token of BENCH_TOKEN. With BENCH_DISTINCT=1 no two alerts are alike.
local function read(file)
  local opened = assert(io.open(file))
  local text = opened:read("*a")
  opened:close()
  return text
end

local body = read(os.getenv("BENCH_BODY"))
local path = os.getenv("BENCH_PATH")
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")

local same
local pieces = {}
local count = 0

function init(args)
  same = wrk.format(nil, path, nil, body)
  for piece in (body .. '"startsAt":"'):gmatch('(.-"startsAt":")') do
    pieces[#pieces + 1] = piece
  end
  pieces[#pieces] = pieces[#pieces]:sub(1, -13)
  math.randomseed(os.time())
  count = math.random(0, 500) * 1000000
end

function request()
  if os.getenv("BENCH_DISTINCT") ~= "1" then
    return same
  end
  -- The year, month and day of each start are replaced: the rest of the time stays as recorded.
  local text = {}
  for index, piece in ipairs(pieces) do
    if index > 1 then
      count = count + 1
      piece = string.format("%04d-%02d-%02d", 2100 + count % 5000, 1 + math.floor(count / 5000) % 12,
        1 + math.floor(count / 60000) % 28) .. piece:sub(11)
    end
    text[index] = piece
  end
  return wrk.format(nil, path, nil, table.concat(text))
end
