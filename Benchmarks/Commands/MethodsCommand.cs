using System.CommandLine;
using System.Globalization;
using TfLbfgs.Benchmarks.Methods;
using TfLbfgs.Optimization;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>methods</c>: every direction on physics-informed networks, by evaluations, as docs/directions.md shows it.</summary>
internal static class MethodsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string[]> problems = new("--problem")
        {
            Description = $"Which networks: {string.Join(", ", PinnProblem.Names)}.",
            DefaultValueFactory = _ => [.. PinnProblem.Names],
            AllowMultipleArgumentsPerToken = true,
            HelpName = "NAME",
        };
        Option<int[]> evaluations = new("--evaluations")
        {
            Description = "After how many evaluations the loss is printed, rising.",
            DefaultValueFactory = _ => [200, 600, 2000],
            AllowMultipleArgumentsPerToken = true,
            HelpName = "N",
        };
        Option<string?> method = new("--method") { Description = "Only methods whose name holds this.", HelpName = "TEXT" };
        Command command =
            new("methods", "The loss of physics-informed networks by evaluations for every direction, and the error of the solution.");
        foreach (Option option in (Option[])[problems, evaluations, method])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            int[] counts = parsed.GetValue(evaluations)!;
            (string Name, LbfgsOptions Options)[] methods =
                [.. MethodRun.Methods.Where(entry =>
                entry.Name.Contains(parsed.GetValue(method) ?? "", StringComparison.OrdinalIgnoreCase))];
            if (counts.Length == 0 || counts[0] < 1 || counts.Zip(counts.Skip(1)).Any(pair => pair.First >= pair.Second)
                || methods.Length == 0)
                throw new TfLbfgsException("Expected --evaluations of 1 or more, rising, and --method to hold a part of one of: "
                    + $"{string.Join("; ", MethodRun.Methods.Select(entry => entry.Name))}.");
            foreach (string name in parsed.GetValue(problems)!)
                Print(PinnProblem.Find(name), methods, counts);
            return 0;
        });
        return command;
    }

    private static void Print(PinnProblem problem, (string Name, LbfgsOptions Options)[] methods, int[] evaluations)
    {
        // Markdown as it is: a table for the terminal would be broken to its width.
        Console.WriteLine(problem.Name);
        Row(["method", .. evaluations.Select(count => count.ToString("N0", CultureInfo.InvariantCulture)), "error", "iterations", "s",
            "end"]);
        Row([.. Enumerable.Repeat("---", evaluations.Length + 5)]);
        if (problem.SciPy.Count > 0)
            Row(["SciPy L-BFGS-B, 10 pairs",
                .. evaluations.Select(count => problem.SciPy.TryGetValue(count, out double loss) ? Text(loss) : "-"), "-", "-", "-", "-"]);
        foreach ((string name, LbfgsOptions options) in methods)
        {
            MethodRun run = MethodRun.Of(problem, name, options, evaluations);
            Row([name, .. run.Losses.Select(Text), Text(run.Error), run.Iterations.ToString(CultureInfo.InvariantCulture),
                run.Seconds.ToString("F1", CultureInfo.InvariantCulture), run.Reason.ToString()]);
        }
    }

    private static void Row(IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Text(double value) => value.ToString("0.0e-0", CultureInfo.InvariantCulture);
}
