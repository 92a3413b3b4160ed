%% The same work as bench/system, for one scheduler of the BEAM. Prints a line for each measurement: name, nanoseconds by the
%% wall's clock and of processor time for one; for memory bytes for one, twice.
-module(bench).
-behaviour(gen_server).
-export([main/1, init/1, handle_call/3, handle_cast/2]).

main([Repeats | Counts]) ->
    [Round, Nested, Calls, Ring, Spawn, Idle] = [list_to_integer(Count) || Count <- Counts],
    each("round_trip", Repeats, fun() -> timed(Round, fun() -> round_trip(Round) end) end),
    each("nested_round_trip", Repeats, fun() -> timed(Nested, fun() -> nested_round_trip(Nested) end) end),
    each("server_call", Repeats, fun() -> timed(Calls, fun() -> server_calls(Calls) end) end),
    each("ring", Repeats, fun() -> timed(Ring, fun() -> ring(Ring) end) end),
    each("spawn_exit", Repeats, fun() -> timed(Spawn, fun() -> spawn_exit(Spawn) end) end),
    each("idle_bytes", "1", fun() -> idle_bytes(Idle) end),
    halt(0).

each(Name, Repeats, Measure) ->
    [io:format("~s ~p ~p~n", [Name | Measure()]) || _ <- lists:seq(1, list_to_integer(Repeats))].

timed(Count, Work) ->
    Start = erlang:monotonic_time(nanosecond),
    {Before, _} = erlang:statistics(runtime),
    Work(),
    {After, _} = erlang:statistics(runtime),
    [(erlang:monotonic_time(nanosecond) - Start) / Count, (After - Before) * 1000000 / Count].

round_trip(Count) ->
    Echo = spawn(fun echo/0),
    pings(Count, Echo),
    Echo ! stop.

pings(0, _) -> ok;
pings(N, Echo) ->
    Echo ! {ping, self(), N},
    receive {pong, _} -> pings(N - 1, Echo) end.

echo() ->
    receive
        {ping, From, N} -> From ! {pong, N}, echo();
        stop -> ok
    end.

nested_round_trip(Count) ->
    Echo = spawn(fun clerk/0),
    orders(Count, Echo),
    Echo ! stop.

orders(0, _) -> ok;
orders(N, Echo) ->
    Echo ! {order, self(), order(N)},
    receive {confirmed, _} -> orders(N - 1, Echo) end.

order(N) ->
    #{number => N,
      customer => #{name => <<"Ada">>, tags => [<<"new">>, <<"paid">>]},
      lines => [#{sku => <<"a-1">>, count => N}, #{sku => <<"b-2">>, count => 2}]}.

clerk() ->
    receive
        {order, From, Order} -> From ! {confirmed, Order#{total => 3}}, clerk();
        stop -> ok
    end.

server_calls(Count) ->
    {ok, Clerk} = gen_server:start(?MODULE, [], []),
    calls(Count, Clerk),
    gen_server:stop(Clerk).

calls(0, _) -> ok;
calls(N, Clerk) ->
    _ = gen_server:call(Clerk, {add, N}),
    calls(N - 1, Clerk).

init([]) -> {ok, 0}.
handle_call({add, N}, _From, Sum) -> {reply, Sum + N, Sum + N}.
handle_cast(_, Sum) -> {noreply, Sum}.

-define(RING, 1000).

ring(Hops) ->
    Self = self(),
    Last = spawn(fun() -> node_of(undefined, Self) end),
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> node_of(Next, Self) end) end, Last, lists:seq(2, ?RING)),
    Last ! {next, First},
    First ! {token, Hops},
    receive done -> First ! stop end.

node_of(Next, Starter) ->
    receive
        {next, First} -> node_of(First, Starter);
        {token, 0} -> Starter ! done, node_of(Next, Starter);
        {token, N} -> Next ! {token, N - 1}, node_of(Next, Starter);
        stop -> Next ! stop
    end.

spawn_exit(0) -> ok;
spawn_exit(N) ->
    Pid = spawn(fun answer_once/0),
    Pid ! {ask, self(), N},
    receive {answer, _} -> spawn_exit(N - 1) end.

answer_once() ->
    receive {ask, From, N} -> From ! {answer, N} end.

idle_bytes(Count) ->
    erlang:garbage_collect(),
    Before = erlang:memory(total),
    Pids = [spawn(fun() -> idle(N) end) || N <- lists:seq(1, Count)],
    [begin Pid ! {hello, self()}, receive {hello, _} -> ok end end || Pid <- Pids],
    erlang:garbage_collect(),
    Bytes = (erlang:memory(total) - Before) / Count,
    [Pid ! stop || Pid <- Pids],
    [Bytes, Bytes].

idle(N) ->
    receive
        {hello, From} -> From ! {hello, N}, idle(N);
        stop -> ok
    end.
