using System.CommandLine;
using System.Globalization;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Output;
using TfLbfgs.IO;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>demo</c>: fits a small network to x1² + x2² and draws the result.</summary>
internal static class DemoCommand
{
    private const int TrainingPoints = 11;
    private const int DrawnPoints = 101;

    private static readonly Option<string> OutputFolder =
        new("--output", "-o") { Description = "The folder for demo-loss.png and demo-surface.png.", HelpName = "DIR", DefaultValueFactory = _ => "." };

    private static readonly Option<int> Seed = NumberOption.Create("--seed", "The seed of the first weights.", "an integer of at least 0", (int n) => n >= 0, 1);

    public static Command Create()
    {
        Command command = new("demo", "Fits a network of 64 x 64 tanh units to x1² + x2² on an 11 x 11 grid, shows progress and draws the result.");
        command.Options.Add(OutputFolder);
        MinimizerOptions minimizer = new(command);
        command.Options.Add(Seed);
        command.SetRun((parsed, report) => Run(Path.GetFullPath(parsed.GetValue(OutputFolder)!), minimizer.Of(parsed), minimizer.Files(parsed), parsed.GetValue(Seed), report));
        return command;
    }

    private static int Run(string folder, LbfgsOptions options, IReadOnlyList<string> logs, int seed, Report report)
    {
        OutputPlace.CheckOrCreateFolder(folder);
        string lossFile = Path.Combine(folder, "demo-loss.png"), surfaceFile = Path.Combine(folder, "demo-surface.png");
        foreach (string file in (string[])[lossFile, surfaceFile])
            OutputPlace.CheckWritable(file);

        report.Say($"TensorFlow {TfRuntime.Version}. Dense(64, tanh), Dense(64, tanh), Dense(1) in float64, fitted to x1² + x2² at {TrainingPoints} x {TrainingPoints} points.");
        using Sequential model = new(DType.Float64)
        {
            new Dense(64, "tanh") { KernelInitializer = new GlorotUniform { Seed = seed } },
            new Dense(64, "tanh") { KernelInitializer = new GlorotUniform { Seed = seed + 1L } },
            new Dense(1) { KernelInitializer = new GlorotUniform { Seed = seed + 2L } },
        };
        Matrix points = Grid(TrainingPoints);
        using Tensor x = points.ToTensor(DType.Float64), y = Truth(points).ToTensor(DType.Float64);
        using ModelObjective objective = new(model, "mse", x, y);
        using Interruption interruption = new();
        using LbfgsResult result = ProgressDisplay.Run(progress => Lbfgs.Minimize(objective, options with { Progress = progress }, interruption.Token));
        report.Say("");
        report.Say(result.ToString());

        Matrix drawn = Grid(DrawnPoints);
        Matrix truth = Truth(drawn), predicted = Predict(model, drawn);
        double largest = truth.Values.Zip(predicted.Values, (t, p) => Math.Abs(p - t)).Max();
        report.Say(string.Create(CultureInfo.InvariantCulture, $"Largest error on a grid of {DrawnPoints} x {DrawnPoints} points: {largest:0.0e+0}."));
        result.PlotLoss(lossFile);
        AtomicFile.Write(surfaceFile, stream => stream.Write(SurfacePlot.Draw(Square(predicted), Square(truth))));
        string[] files = [lossFile, surfaceFile, .. logs];
        foreach (string file in files)
            report.Say($"Wrote {file}");

        report.AddResult(result);
        report.Json.Add("parameters", objective.Count).Add("largest_error", largest).Add("files", files);
        return interruption.ExitCodeOf(result);
    }

    /// <summary>Points of [-1, 1] x [-1, 1], a row each: x1 fastest.</summary>
    private static Matrix Grid(int points)
    {
        double[] values = new double[2 * points * points];
        for (int i = 0; i < points * points; i++)
        {
            values[2 * i] = -1 + (2.0 * (i % points) / (points - 1));
            values[(2 * i) + 1] = -1 + (2.0 * (i / points) / (points - 1));
        }

        return new Matrix(values, 2);
    }

    private static Matrix Truth(Matrix points) =>
        new([.. Enumerable.Range(0, points.Rows).Select(row => (points[row, 0] * points[row, 0]) + (points[row, 1] * points[row, 1]))], 1);

    private static Matrix Predict(Sequential model, Matrix points)
    {
        using Tensor x = points.ToTensor(DType.Float64), y = model.Predict(x);
        return new Matrix(y.ToDoubles(), 1);
    }

    private static double[,] Square(Matrix column)
    {
        int side = (int)Math.Sqrt(column.Rows);
        double[,] square = new double[side, side];
        for (int i = 0; i < column.Rows; i++)
            square[i / side, i % side] = column[i, 0];
        return square;
    }
}
