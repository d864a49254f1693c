using System.Diagnostics;
using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Commands;

/// <summary>A small function whose value is known: it shows whether TensorFlow, or XLA, works here.</summary>
internal static class ProbeFunction
{
    // What XLA reads at its first compilation.
    private static readonly string[] XlaVariables = ["XLA_FLAGS", "TF_XLA_FLAGS"];

    private static double Expected => Math.Tanh(7) + Math.Tanh(10) + Math.Tanh(15) + Math.Tanh(22);

    /// <summary>Traces and runs tanh(x · x), and its sum.</summary>
    /// <param name="compile">Whether XLA compiles it.</param>
    /// <returns>The seconds that it took.</returns>
    /// <exception cref="TfLbfgsException">It does not run, or gives a wrong number.</exception>
    public static double Run(bool compile)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using TensorScope scope = new();
        using Function function =
            new(x => RawOps.Sum(RawOps.Tanh(RawOps.MatMul(x, x)), Tensor.From<int>([0, 1])),
                new FunctionOptions { Name = "doctor", Compile = compile });
        double sum = function.Call(Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } }))[0].ToDouble();
        return Math.Abs(sum - Expected) < 1e-9
            ? watch.Elapsed.TotalSeconds
            : throw new TfLbfgsException($"A function gave a wrong number: expected {Expected:R}, received {sum:R}.");
    }

    /// <summary>
    /// Compiles a function before a training where variables of XLA are set: a flag that XLA does not know ends the process at the first
    /// compilation, which for a long run comes late. Nothing is lost at its beginning.
    /// </summary>
    /// <param name="session">Where it is reported.</param>
    public static void CheckXlaVariables(Session session)
    {
        string[] set = [.. NativeLibraryReport.FindVariables().Select(variable => variable.Key).Intersect(XlaVariables)];
        if (set.Length == 0)
            return;
        session.Report.Say($"{string.Join(" and ", set)} set: XLA compiles a small function first, since a flag that it does not know "
            + "ends the process.");
        Run(compile: true);
    }
}
