%% Interprets cases of supervision on real Erlang/OTP: a line `{Id, Spec, [Operation]}.` on standard input gives a line of JSON, `[Id, [Step, …]]`, on standard output.
%% Steps are texts that supervision-strata.ts writes alike.
-module(sup_conform).
-behaviour(supervisor).
-export([main/1, init/1, start_kid/3, kid/4]).

main(_) ->
    logger:set_primary_config(level, none),
    io:setopts([{encoding, latin1}]),
    luck = ets:new(luck, [named_table, public]),
    io:format("ready ~s~n", [erlang:system_info(otp_release)]),
    serve().

serve() ->
    case io:get_line("") of
        eof -> halt(0);
        Line ->
            {ok, Tokens, _} = erl_scan:string(Line),
            {ok, {Id, Spec, Operations}} = erl_parse:parse_term(Tokens),
            io:format("[~w,[~s]]~n", [Id, lists:join(",", run(Spec, Operations))]),
            serve()
    end.

run(Spec, Operations) ->
    Log = spawn(fun() -> log([]) end),
    register(log, Log),
    ets:insert(luck, {failures, 0}),
    Runner = self(),
    Parent = spawn(fun() -> parent(Runner, Spec) end),
    Watch = monitor(process, Parent),
    Answer = receive {started, A} -> A end,
    Steps = [step(Answer) | [step(do(Operation, Parent)) || Operation <- Operations]],
    exit(Parent, kill),
    receive {'DOWN', Watch, process, _, _} -> ok end,
    wait_gone(),
    exit(Log, kill),
    unregister_log(),
    Steps.

unregister_log() -> case whereis(log) of undefined -> ok; _ -> erlang:yield(), unregister_log() end.
wait_gone() -> case whereis(sup) of undefined -> ok; _ -> timer:sleep(1), wait_gone() end.

parent(Runner, Spec) ->
    process_flag(trap_exit, true),
    case supervisor:start_link({local, sup}, ?MODULE, Spec) of
        {ok, _} -> Runner ! {started, "started"};
        _ -> Runner ! {started, "not_started"}
    end,
    wait().

wait() -> receive {leave, Reason} -> exit(Reason); _ -> wait() end.

init({Strategy, Intensity, AutoShutdown, Children}) ->
    Flags = #{strategy => Strategy, intensity => Intensity, period => 3600, auto_shutdown => AutoShutdown},
    {ok, {Flags, [child(C) || C <- Children]}}.

child({Id, Restart, Significant, How}) ->
    #{id => Id, restart => Restart, significant => Significant, start => {?MODULE, start_kid, [Id, How, 1]}}.

%% ---- children ----

start_kid(Id, How, _) ->
    case How of
        flaky ->
            case ets:update_counter(luck, failures, {2, -1, -1, -1}) of
                -1 -> go(Id, How);
                _ -> log ! {told, ["failed ", atom_to_list(Id)]}, {error, no_luck}
            end;
        _ -> go(Id, How)
    end.

go(Id, How) -> proc_lib:start_link(?MODULE, kid, [self(), Id, How, 1]).

kid(Parent, Id, How, _) ->
    process_flag(trap_exit, How =/= plain),
    log ! {told, ["start ", atom_to_list(Id)]},
    proc_lib:init_ack(Parent, {ok, self()}),
    kid_loop(Id).

kid_loop(Id) ->
    receive
        {finish, Reason} -> exit(Reason);
        {'EXIT', _, Reason} -> log ! {told, ["stop ", atom_to_list(Id), " ", name(Reason)]}, exit(Reason);
        _ -> kid_loop(Id)
    end.

%% ---- operations ----

do({finish, Id, Reason}, _) ->
    case pid_of(Id) of
        undefined -> "absent";
        Pid ->
            Ref = monitor(process, Pid),
            case Reason of killed -> exit(Pid, kill); _ -> Pid ! {finish, Reason} end,
            receive {'DOWN', Ref, process, _, _} -> "ended" end
    end;
do({start_child, Child}, _) -> guarded(fun() -> outcome(supervisor:start_child(sup, child(Child))) end);
do({restart_child, Id}, _) -> guarded(fun() -> outcome(supervisor:restart_child(sup, Id)) end);
do({terminate_child, Id}, _) -> guarded(fun() -> done("terminated", supervisor:terminate_child(sup, Id)) end);
do({delete_child, Id}, _) -> guarded(fun() -> done("deleted", supervisor:delete_child(sup, Id)) end);
do({fail, N}, _) -> ets:insert(luck, {failures, N}), "set";
do({leave, Reason}, Parent) ->
    Ref = monitor(process, Parent),
    Parent ! {leave, Reason},
    receive {'DOWN', Ref, process, _, _} -> "left" end.

guarded(Fun) -> case whereis(sup) of undefined -> "no_supervisor"; _ -> try Fun() catch exit:_ -> "no_supervisor" end end.

outcome({ok, Pid}) when is_pid(Pid) -> "started";
outcome({error, {already_started, _}}) -> "already_started";
outcome({error, Reason}) when is_atom(Reason), Reason =/= no_luck -> atom_to_list(Reason);
outcome({error, _}) -> "failed".

done(Word, ok) -> Word;
done(_, {error, Reason}) -> atom_to_list(Reason).

pid_of(Id) -> case [P || {I, P, _, _} <- children(), I =:= Id, is_pid(P)] of [Pid] -> Pid; _ -> undefined end.

%% ---- what is seen after each step ----

step(Answer) ->
    Children = settle(),
    Alive = case whereis(sup) of undefined -> "ended"; _ -> "alive" end,
    log ! {read, self()},
    Events = receive {events, E} -> E end,
    Shown = lists:join(" ", [[atom_to_list(Id), ":", status(Pid)] || {Id, Pid, _, _} <- lists:reverse(Children)]),
    ["[\"", Answer, "\",\"", lists:join(", ", Events), "\",\"", Shown, "\",\"", Alive, "\"]"].

%% A restart is done in the supervisor's own turn, or tried again by a message to itself: what it answers after both is settled.
settle() ->
    Children = children(),
    case lists:any(fun({_, Pid, _, _}) -> Pid =:= restarting end, Children) of
        true -> settle();
        false -> case children() of Children -> Children; _ -> settle() end
    end.

children() ->
    case whereis(sup) of
        undefined -> [];
        Sup ->
            Ref = monitor(process, Sup),
            try supervisor:which_children(Sup) catch exit:_ -> receive {'DOWN', Ref, process, _, _} -> [] end after demonitor(Ref, [flush]) end
    end.

status(undefined) -> "stopped";
status(restarting) -> "restarting";
status(_) -> "running".

name({shutdown, _}) -> "shutdown_term";
name(Reason) -> atom_to_list(Reason).

log(All) ->
    receive
        {told, Event} -> log([Event | All]);
        {read, To} -> To ! {events, lists:reverse(All)}, log([])
    end.
