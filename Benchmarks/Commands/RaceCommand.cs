using System.CommandLine;
using Spectre.Console;
using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Reporting;
using TfLbfgs.Benchmarks.Running;
using TfLbfgs.Benchmarks.Solvers;
using TfLbfgs.Benchmarks.Workloads;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary>
/// <c>seed</c>, <c>pinn</c>, <c>mlp</c>, <c>rosenbrock</c>, <c>quadratic</c>, <c>all</c>: our driver and, where they are, the peers on a
/// workload.
/// </summary>
internal sealed class RaceCommand
{
    private readonly Option<bool> _json =
        new("--json") { Description = "Print one JSON object per solver instead of tables; ratios and progress go to stderr." };
    private readonly Option<string?> _solvers =
        new("--solvers") { Description = "Which solvers, separated by commas; default all that differ.", HelpName = "A,B,C" };
    private readonly Option<bool> _noPeers = new("--no-peers") { Description = "Run ours only." };
    private readonly Option<string?> _peers =
        new("--peers")
        {
            Description = $"The peers' folder; default ${PeersFolder.Variable} or ../shared/peers next to the checkout.",
            HelpName = "DIR"
        };
    private readonly Option<double> _limit = new("--peer-limit")
    {
        Description = "The most seconds of one solver on one workload; one that takes longer is killed and counts as not reached.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 300,
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "How often each solver that reached the target runs to it again, in turn with the others; the best counts. More on "
            + "a shared machine.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly MeasuringArguments _measuring = new();

    /// <summary>The command for one workload, or for several.</summary>
    public static Command Create(string name, string description, IReadOnlyList<Workload> workloads)
    {
        RaceCommand race = new();
        Command command = new(name, description);
        foreach (Option option in (Option[])[race._json, race._solvers, race._noPeers, race._peers, race._limit, race._rounds])
            command.Options.Add(option);
        race._measuring.AddTo(command);
        command.SetAction((parsed, cancellation) => race.RunAsync(workloads, parsed, cancellation));
        return command;
    }

    private async Task<int> RunAsync(IReadOnlyList<Workload> workloads, ParseResult parsed, CancellationToken cancellation)
    {
        bool json = parsed.GetValue(_json);
        double limit = parsed.GetValue(_limit);
        if (!(limit > 0) || limit > 1e6)
            throw new TfLbfgsException($"--peer-limit: expected seconds above 0, received {limit}.");
        PeersFolder? folder = parsed.GetValue(_noPeers) ? null : PeersFolder.Find(parsed.GetValue(_peers));
        List<Competitor> competitors = Choose(parsed.GetValue(_solvers), folder);
        if (folder is null && !parsed.GetValue(_noPeers))
            Console.Error.WriteLine($"The peers are not there ({PeersFolder.Variable} or ../shared/peers): ours only.");
        foreach (Competitor peer in competitors.Where(competitor => !competitor.IsOwn).DistinctBy(peer => peer.Name == "torchsharp"))
            await folder!.PrepareAsync(peer, cancellation);

        Race race = new(_measuring.Of(parsed), TimeSpan.FromSeconds(limit));
        bool failed = false;
        foreach (Workload workload in workloads)
        {
            List<BenchmarkRow> rows = [];
            foreach (Competitor competitor in competitors)
            {
                BenchmarkRow row = await race.RunAsync(competitor, workload, cancellation);
                rows.Add(row);
                Console.Error.WriteLine(
                    FormattableString.Invariant(
                    $"{workload.Name}: {competitor.Name}: {row.Note ?? $"{row.SecondsToTarget} s to the target"}"));
            }

            for (int round = 0; round < parsed.GetValue(_rounds); round++)
            {
                for (int i = 0; i < rows.Count; i++)
                    rows[i] = await race.RepeatAsync(rows[i], competitors[i], workload, cancellation);
            }

            failed |= rows.Zip(competitors).Any(pair => pair.Second.IsOwn && pair.First.Note is not null);
            Show(workload, rows, [.. competitors.Where(competitor => competitor.IsOwn).Select(competitor => competitor.Name)], json);
        }

        return failed ? 1 : 0;
    }

    private static void Show(Workload workload, List<BenchmarkRow> rows, HashSet<string> own, bool json)
    {
        // Redirected output has no width of its own: tables must not be broken to 80 columns.
        IAnsiConsole console =
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(json ? Console.Error : Console.Out) });
        console.Profile.Width = Math.Max(console.Profile.Width, 200);
        if (json)
            rows.ForEach(row => Console.Out.WriteLine(row.ToJson()));
        else
            console.Write(RowTable.Of(workload.Name, rows));
        foreach (BenchmarkRow row in rows.Where(row => row.Note is not null))
            console.WriteLine($"{row.Solver}: {row.Note}");
        IReadOnlyList<Ratio> ratios =
            Ratio.Of(rows.Where(row => own.Contains(row.Solver)), [.. rows.Where(row => !own.Contains(row.Solver))]);
        if (ratios.Count > 0)
            console.Write(RowTable.Of(workload.Name, ratios));
    }

    /// <summary>The solvers that were asked for; by default every peer and those of ours that differ.</summary>
    private static List<Competitor> Choose(string? names, PeersFolder? folder)
    {
        IEnumerable<Competitor> peers = folder?.Competitors() ?? [];
        if (names is null)
            return [.. OwnCompetitors.Of(Variant.Distinct), .. peers];
        Dictionary<string, Competitor> all = OwnCompetitors.Of(Variant.All).Concat(peers).ToDictionary(competitor => competitor.Name);
        return
        [
            .. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(name => all.GetValueOrDefault(name)
                ?? throw new TfLbfgsException($"--solvers: expected names of {string.Join(", ", all.Keys)}, received '{name}'.")),
        ];
    }
}
