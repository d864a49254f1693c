using System.Text.Json;
using TfLbfgs.Cli.Output;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Commands;

/// <summary>What a command tells: text for people on stdout, and with <c>--json</c> one JSON object as its last line.</summary>
internal sealed class Report(TextWriter output) : IDisposable
{
    private readonly List<string> _warnings = [];

    /// <summary>The fields of the JSON object.</summary>
    public JsonLine Json { get; } = new();

    /// <summary>What the user should know although the command did its work.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    public void Say(string line) => output.WriteLine(line);

    public void Warn(string warning)
    {
        _warnings.Add(warning);
        output.WriteLine($"warning: {warning}");
    }

    /// <summary>Adds what every minimization has.</summary>
    public void AddResult(LbfgsResult result) => Json
        .Add("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(result.Reason.ToString())).Add("message", result.Message)
        .Add("loss_before", result.InitialLoss).Add("loss_after", result.Loss).Add("gradient_norm", result.GradientNorm)
        .Add("iterations", result.Iterations).Add("evaluations", result.Evaluations).Add("reads", result.Reads).Add("seconds", result.Seconds);

    public void Dispose() => Json.Dispose();
}
