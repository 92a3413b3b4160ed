%% A version of a module under test: what subject-source.ts is, in Erlang. Compiled with NAME, VERSION, and F_EXPORTED, F_LOCAL or neither; with FAILING
%% its on_load function refuses.
-module(?NAME).
-export([v/0, start/0, loop/1]).
-ifdef(F_EXPORTED).
-export([f/0]).
-endif.
-ifdef(FAILING).
-on_load(fail/0).
fail() -> failed.
-endif.

v() -> ?VERSION.

-ifdef(F_EXPORTED).
f() -> ?VERSION.
own_f() -> f().
-else.
-ifdef(F_LOCAL).
f() -> ?VERSION.
own_f() -> f().
-else.
own_f() -> absent.
-endif.
-endif.

%% The value, or what was raised, by name.
attempt(Run) ->
    try Run() catch
        error:{badfun, _} -> purged;
        error:undef:Stack -> case is_function(element(1, hd(Stack))) of true -> undef_fun; false -> undef end;
        error:badarg -> badarg;
        error:noproc -> noproc;
        Class:Why -> {Class, Why}
    end.

make_fun(closure, _) -> fun() -> v() end;
make_fun(local, _) -> fun v/0;
make_fun(qualified, M) -> fun() -> M:v() end;
make_fun(external, M) -> fun M:v/0;
make_fun(looper, _) -> fun(State) -> loop(State) end.

call_fun({ok, {looper, _}}) -> none;
call_fun({ok, {_, F}}) -> F();
call_fun(error) -> none.

drain(Refs) ->
    receive
        Message when element(1, Message) =/= command -> [describe(Message, Refs) | drain(Refs)]
    after 0 -> []
    end.

%% A reference becomes its number among those that this process made.
describe({'DOWN', Ref, process, Object, Reason}, Refs) -> {down, index(Ref, Refs, 0), Object, Reason};
describe(Message, _) -> Message.

index(_, [], _) -> -1;
index(Ref, [Ref | _], N) -> N;
index(Ref, [_ | Rest], N) -> index(Ref, Rest, N + 1).

options(none) -> [];
options(Option) -> [Option].

start_process(none, M, F, Args) -> spawn(M, F, Args);
start_process(Option, M, F, Args) ->
    case spawn_opt(M, F, Args, options(Option)) of
        {Pid, _} -> Pid;
        Pid -> Pid
    end.

start() -> loop(#{funs => #{}, refs => []}).

loop(State) ->
    receive
        {command, {From, Ref}, Deed} ->
            perform(Deed, fun(Answer) -> From ! {Ref, Answer} end, State)
    end.

perform(look, Reply, #{refs := Refs} = S) ->
    Reply([attempt(fun() -> a:v() end), attempt(fun() -> b:v() end), drain(Refs)]),
    loop(S);
perform({local}, Reply, S) -> Reply(v()), loop(S);
perform({local_f}, Reply, S) -> Reply(own_f()), loop(S);
perform({qual, M}, Reply, S) -> Reply(attempt(fun() -> M:v() end)), loop(S);
perform({qual_f, M}, Reply, S) -> Reply(attempt(fun() -> M:f() end)), loop(S);
perform({must, M}, Reply, S) -> Reply(ok), M:v(), loop(S);
perform({move, M}, Reply, S) -> Reply(ok), M:loop(S);
perform({enter, M}, Reply, S) ->
    Reply(ok),
    Next = M:loop(S),
    loop(Next);
perform({enter_try, M}, Reply, S) ->
    Reply(ok),
    Next = try M:loop(S) catch _:_ -> S end,
    loop(Next);
perform({return}, Reply, S) -> Reply(ok), S;
perform({'fun', K, Kind, M}, Reply, #{funs := Funs} = S) ->
    Reply(ok),
    loop(S#{funs := Funs#{K => {Kind, make_fun(Kind, M)}}});
perform({call_fun, K}, Reply, #{funs := Funs} = S) ->
    Reply(attempt(fun() -> call_fun(maps:find(K, Funs)) end)),
    loop(S);
perform({must_fun, K}, Reply, #{funs := Funs} = S) -> Reply(ok), call_fun(maps:find(K, Funs)), loop(S);
perform({enter_fun, K}, Reply, #{funs := Funs} = S) ->
    case maps:find(K, Funs) of
        {ok, {looper, F}} ->
            Reply(ok),
            Next = F(S),
            loop(Next);
        _ -> Reply(none), loop(S)
    end;
perform({spawn, M, Option}, Reply, S) -> Reply({spawned, start_process(Option, M, start, [])}), loop(S);
perform({spawn_local, Option}, Reply, S) -> Reply({spawned, start_process(Option, erlang, apply, [fun start/0, []])}), loop(S);
perform({spawn_fun, K, Option}, Reply, #{funs := Funs} = S) ->
    case maps:find(K, Funs) of
        {ok, {looper, F}} -> Reply({spawned, start_process(Option, erlang, apply, [F, [#{funs => #{}, refs => []}]])});
        _ -> Reply(none)
    end,
    loop(S);
perform({send, P, Tag}, Reply, S) -> Reply(attempt(fun() -> P ! {tag, Tag}, ok end)), loop(S);
perform({send_name, Name, Tag}, Reply, S) -> Reply(attempt(fun() -> Name ! {tag, Tag}, ok end)), loop(S);
perform({take, Tag}, Reply, S) ->
    receive
        {tag, Tag} -> Reply(taken)
    after 0 -> Reply(none)
    end,
    loop(S);
perform({drain}, Reply, #{refs := Refs} = S) -> Reply(drain(Refs)), loop(S);
perform({link, P}, Reply, S) -> Reply(attempt(fun() -> link(P), ok end)), loop(S);
perform({unlink, P}, Reply, S) -> Reply(attempt(fun() -> unlink(P), ok end)), loop(S);
perform({monitor, P}, Reply, #{refs := Refs} = S) ->
    Ref = monitor(process, P),
    Reply(ok),
    loop(S#{refs := Refs ++ [Ref]});
perform({monitor_name, Name}, Reply, S) -> perform({monitor, Name}, Reply, S);
perform({demonitor, N, _}, Reply, #{refs := Refs} = S) when N >= length(Refs) -> Reply(none), loop(S);
perform({demonitor, N, Flush}, Reply, #{refs := Refs} = S) ->
    Ref = lists:nth(N + 1, Refs),
    Active = demonitor(Ref, [info]),
    case Flush of
        true -> demonitor(Ref, [flush]);
        false -> ok
    end,
    Reply(Active),
    loop(S);
perform({trap, On}, Reply, S) -> Reply(process_flag(trap_exit, On)), loop(S);
perform({exit, P, Reason}, Reply, S) -> Reply(attempt(fun() -> exit(P, Reason), ok end)), loop(S);
perform({exit1, Reason}, Reply, _) -> Reply(ok), exit(Reason);
perform({error}, Reply, _) -> Reply(ok), error(boom);
perform({throw}, Reply, _) -> Reply(ok), throw(ball);
perform({register, Name, P}, Reply, S) -> Reply(attempt(fun() -> register(Name, P), ok end)), loop(S);
perform({unregister, Name}, Reply, S) -> Reply(attempt(fun() -> unregister(Name), ok end)), loop(S);
perform({whereis, Name}, Reply, S) -> Reply({found, whereis(Name)}), loop(S);
perform({timer}, Reply, S) ->
    erlang:send_after(3600000, self(), {run, fun() -> v() end}),
    Reply(ok),
    loop(S).
