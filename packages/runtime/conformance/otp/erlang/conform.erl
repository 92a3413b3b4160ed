%% Interprets sequences on real Erlang/OTP: a line `{Id, [Operation]}.` on standard input gives a line of JSON, `[Id, [Step, …]]`, on standard output.
%% Steps are texts that strata-side.ts writes alike. The runner itself never has a frame of a subject's code on its stack while it asks for a purge.
-module(conform).
-export([main/1]).

-define(WAIT_MS, 10000).

main([Source, Folder, Versions]) ->
    logger:set_primary_config(level, none),
    io:setopts([{encoding, latin1}]),
    build(Source, Folder, list_to_integer(Versions)),
    {module, w} = code:load_binary(w, "w.beam", beam(w, 0)),
    %% Each subject was loaded once: from then on what the code server says of an absent one no longer changes (P63).
    lists:foreach(fun(M) -> {module, M} = erlang:load_module(M, beam(M, 1)), erase_code(M) end, [a, b]),
    run(1, [{load, a, 1, l}, {do, 0, qual, b}, {do, 0, drain}, {inspect, 0}]),
    %% Nothing is to be found by a call of what is not loaded (C12, C26).
    code:set_path([]),
    io:format("ready ~s~n", [erlang:system_info(otp_release)]),
    serve().

serve() ->
    case io:get_line("") of
        eof -> halt(0);
        Line ->
            {ok, Tokens, _} = erl_scan:string(Line),
            {ok, {Id, Operations}} = erl_parse:parse_term(Tokens),
            io:format("~s~n", [run(Id, Operations)]),
            serve()
    end.

%% ---- versions, in memory and (for load_abs) as files ----

build(Source, Folder, Versions) ->
    lists:foreach(fun({M, V, Failing}) ->
        Options = [binary, {d, 'NAME', M}, {d, 'VERSION', V}, {i, Folder}] ++ feature(V rem 3) ++ [{d, 'FAILING'} || Failing],
        {ok, M, Beam} = compile:file(Source, Options),
        put({beam, M, V, Failing}, Beam),
        File = file(Folder, M, V, Failing),
        ok = filelib:ensure_dir(File),
        ok = file:write_file(File, Beam)
    end, [{w, 0, false} | [{M, V, Failing} || M <- [a, b], V <- lists:seq(1, Versions), Failing <- [false, true]]]),
    lists:foreach(fun(M) ->
        File = file(Folder, M, junk, false),
        ok = filelib:ensure_dir(File),
        ok = file:write_file(File, <<"junk">>),
        put({beam, M, junk, false}, <<"junk">>)
    end, [a, b]),
    put(folder, Folder).

feature(1) -> [{d, 'F_EXPORTED'}];
feature(2) -> [{d, 'F_LOCAL'}];
feature(0) -> [].

file(Folder, M, V, Failing) -> lists:flatten(io_lib:format("~s/~w-~w/~w.beam", [Folder, V, Failing, M])).

beam(M, V) -> beam(M, V, false).
beam(M, V, Failing) -> get({beam, M, V, Failing}).

erase_code(M) -> code:purge(M), code:delete(M), code:purge(M).

%% ---- one sequence ----

run(Id, Operations) ->
    put(pids, []),
    put(prepared, #{}),
    Spy = start_watched(),
    put(spy, Spy),
    Root = start_watched(),
    put(pids, [Root]),
    ask(Spy, {monitor, Root}),
    settle(),
    Steps = [step(Operation) || Operation <- Operations],
    lists:foreach(fun(Pid) -> exit(Pid, kill), wait_dead(Pid) end, [Spy | get(pids)]),
    lists:foreach(fun erase_code/1, [a, b]),
    flush(),
    ["[", integer_to_list(Id), ",[", lists:join(",", Steps), "]]"].

start_watched() ->
    Pid = spawn(w, start, []),
    watch(Pid),
    Pid.

watch(Pid) -> put({watch, Pid}, monitor(process, Pid)).

flush() ->
    receive _ -> flush() after 0 -> ok end,
    [erase(Key) || {{watch, _} = Key, _} <- get()],
    [erase(Key) || {{dead, _} = Key, _} <- get()].

step(Operation) ->
    Before = length(get(pids)),
    Actor = actor(Operation, [Pid || Pid <- get(pids), is_process_alive(Pid)]),
    Outcome = text(apply_operation(Operation, Actor)),
    settle(),
    %% A new process is watched once it had its first turn: whether it ended in it does not depend on who was faster.
    [ask(get(spy), {monitor, Pid}) || Pid <- lists:nthtail(Before, get(pids))],
    [VA, VB, Downs] = ask(get(spy), look),
    Alive = [Pid || Pid <- get(pids), is_process_alive(Pid)],
    %% Where something ended, everybody's queue gets a mark: within it the order of what different processes sent is not defined.
    [[Pid ! {mark} || Pid <- Alive] || Downs =/= []],
    json([
        {who, case Actor of nobody -> ""; _ -> name(Actor) end},
        {outcome, Outcome},
        {a, subject(a, VA, Alive)},
        {b, subject(b, VB, Alive)},
        {alive, names(Alive)},
        {downs, join([[name(Pid), ":", reason(Reason)] || {down, _, Pid, Reason} <- lists:sort(fun earlier/2, Downs)])}
    ]).

earlier({down, _, P, _}, {down, _, Q, _}) -> number(P) =< number(Q).

subject(M, Bound, Alive) ->
    Current = case erlang:module_loaded(M) of true -> text(M:v()); false -> "-" end,
    Old = case erlang:check_old_code(M) of
        true -> [" old[", names([Pid || Pid <- Alive, erlang:check_process_code(Pid, M)]), "]"];
        false -> ""
    end,
    [Current, "/", text(Bound), Old].

%% ---- operations ----

actor(Do, Alive) when element(1, Do) =:= do, Alive =/= [] -> lists:nth(element(2, Do) rem length(Alive) + 1, Alive);
actor(_, _) -> nobody.

apply_operation(Do, nobody) when element(1, Do) =:= do ->
    put(pids, get(pids) ++ [start_watched()]),
    reborn;
apply_operation(Do, Actor) when element(1, Do) =:= do ->
    [do, _ | Deed] = tuple_to_list(Do),
    answer(ask(Actor, resolve(list_to_tuple(Deed))));
apply_operation(Operation, _) -> apply_operation(Operation).

apply_operation({load, M, V, Way}) -> load(M, V, false, Way);
apply_operation({load_bad, M, Way}) -> load(M, junk, false, Way);
apply_operation({load_failing, M, V, Way}) -> load(M, V, true, Way);
apply_operation({reload, M}) ->
    case erlang:module_loaded(M) of
        true -> loaded(erlang:load_module(M, beam(M, M:v())));
        false -> none
    end;
apply_operation({load_set, VA, VB}) -> loaded(code:atomic_load([{a, "a.beam", beam(a, VA)}, {b, "b.beam", beam(b, VB)}]));
apply_operation({prepare, M, V}) ->
    {ok, Prepared} = code:prepare_loading([{M, atom_to_list(M) ++ ".beam", beam(M, V)}]),
    put(prepared, (get(prepared))#{M => Prepared}),
    ok;
apply_operation({finish, M}) ->
    case maps:take(M, get(prepared)) of
        {Prepared, Rest} -> put(prepared, Rest), loaded(code:finish_loading(Prepared));
        error -> none
    end;
apply_operation({soft_purge, M}) -> code:soft_purge(M);
apply_operation({purge, M}) -> code:purge(M);
apply_operation({delete, M}) -> code:delete(M);
apply_operation({kill, N}) ->
    Pid = pid(N),
    case is_process_alive(Pid) of
        true -> exit(Pid, kill), killed;
        false -> not_found
    end;
apply_operation({inspect, N}) -> inspect(pid(N)).

load(M, V, Failing, load_module) -> loaded(erlang:load_module(M, beam(M, V, Failing)));
load(M, V, Failing, load_file) -> load_file(M, V, Failing);
load(M, V, Failing, load_binary) -> loaded(code:load_binary(M, atom_to_list(M) ++ ".beam", beam(M, V, Failing)));
load(M, V, Failing, l) -> code:purge(M), load_file(M, V, Failing);
load(M, V, Failing, soft) ->
    case code:soft_purge(M) of
        true -> load_file(M, V, Failing);
        false -> not_purged
    end.

load_file(M, V, Failing) -> loaded(code:load_abs(filename:rootname(file(get(folder), M, V, Failing)))).

loaded(ok) -> ok;
loaded({module, _}) -> ok;
loaded({error, not_purged}) -> not_purged;
loaded({error, [{_, not_purged} | _]}) -> not_purged;
loaded({error, badfile}) -> bad;
loaded({error, on_load_failure}) -> failed;
loaded(Other) -> {other, Other}.

%% Numbers of processes become pids.
resolve({Verb, N}) when is_integer(N), Verb =/= call_fun, Verb =/= must_fun, Verb =/= enter_fun -> {Verb, pid(N)};
resolve({send, N, Tag}) -> {send, pid(N), Tag};
resolve({exit, N, Reason}) -> {exit, pid(N), Reason};
resolve({register, Name, N}) -> {register, Name, pid(N)};
resolve(Deed) -> Deed.

answer({spawned, Pid}) ->
    watch(Pid),
    put(pids, get(pids) ++ [Pid]),
    {process, Pid};
answer({found, undefined}) -> none;
answer({found, Pid}) -> {process, Pid};
answer(Messages) when is_list(Messages) -> {messages, Messages};
answer(Other) -> Other.

inspect(Pid) ->
    Items = [links, monitored_by, registered_name, trap_exit, message_queue_len],
    case process_info(Pid, Items) of
        undefined -> dead;
        [{_, Links}, {_, By}, {_, Name}, {_, Trap}, {_, Length}] ->
            Others = fun(Pids) -> names(lists:sort(fun(P, Q) -> number(P) =< number(Q) end, [P || P <- Pids, P =/= self(), P =/= get(spy)])) end,
            {shown, ["links[", Others(Links), "] by[", Others(By), "] name ", case Name of [] -> "none"; _ -> text(Name) end, " trap ", text(Trap), " queue ", text(Length)]}
    end.

%% ---- asking, and waiting until nothing moves ----

ask(Pid, Deed) ->
    Ref = make_ref(),
    Watch = get({watch, Pid}),
    Pid ! {command, {self(), Ref}, Deed},
    receive
        {Ref, Answer} -> Answer;
        {'DOWN', Watch, process, Pid, _} -> put({dead, Pid}, true), ended
    after ?WAIT_MS -> timeout
    end.

wait_dead(Pid) ->
    Watch = get({watch, Pid}),
    case get({dead, Pid}) of
        true -> ok;
        undefined ->
            receive {'DOWN', Watch, process, Pid, _} -> put({dead, Pid}, true) after ?WAIT_MS -> exit({still_alive, Pid}) end
    end.

%% Two looks in a row that show every process at its receive, with the same queues, or ended and its end told to everybody.
settle() -> settle(undefined).

settle(Before) ->
    erlang:yield(),
    case [look(Pid) || Pid <- [get(spy) | get(pids)]] of
        Before -> ok;
        Now ->
            case lists:member(busy, Now) of
                true -> settle(undefined);
                false -> settle(Now)
            end
    end.

look(Pid) ->
    case process_info(Pid, [status, current_function, message_queue_len]) of
        undefined -> wait_dead(Pid), dead;
        [{status, waiting}, {current_function, {_, loop, 1}}, {message_queue_len, Length}] -> {waits, Length};
        _ -> busy
    end.

%% ---- text ----

pid(N) ->
    Pids = get(pids),
    lists:nth(N rem length(Pids) + 1, Pids).

number(Pid) -> number(Pid, get(pids), 0).
number(_, [], _) -> -1;
number(Pid, [Pid | _], N) -> N;
number(Pid, [_ | Rest], N) -> number(Pid, Rest, N + 1).

name(Pid) -> ["p", integer_to_list(number(Pid))].
names(Pids) -> join([name(Pid) || Pid <- Pids]).
join(Parts) -> lists:join(",", Parts).

text(Number) when is_integer(Number) -> integer_to_list(Number);
text(Atom) when is_atom(Atom) -> atom_to_list(Atom);
text({process, Pid}) -> name(Pid);
text({shown, Text}) -> Text;
text({messages, Messages}) -> ["[", lists:join(" ", [message(Message) || Message <- Messages]), "]"];
text(Other) -> [C || C <- lists:flatten(io_lib:format("~0p", [Other])), C =/= $", C =/= $\\].

message({tag, Tag}) -> text(Tag);
message({mark}) -> "|";
message({'EXIT', Pid, Reason}) -> ["exit(", name(Pid), ",", reason(Reason), ")"];
message({down, N, {Name, _Node}, Reason}) -> ["down", integer_to_list(N), "(", text(Name), ",", reason(Reason), ")"];
message({down, N, Pid, Reason}) -> ["down", integer_to_list(N), "(", name(Pid), ",", reason(Reason), ")"];
message(Other) -> text(Other).

reason(Atom) when is_atom(Atom) -> atom_to_list(Atom);
reason({undef, [Frame | _]}) when is_function(element(1, Frame)) -> "undef_fun";
reason({undef, _}) -> "undef";
reason({{badfun, _}, _}) -> "purged";
reason({{nocatch, Thrown}, _}) -> ["throw:", text(Thrown)];
reason({Error, Stack}) when is_list(Stack) -> ["error:", text(Error)];
reason(Other) -> text(Other).

json(Fields) -> ["{", join([["\"", atom_to_list(Key), "\":\"", Value, "\""] || {Key, Value} <- Fields]), "}"].
