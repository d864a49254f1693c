using System.CommandLine;
using System.Globalization;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Cli.Training;
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
        CommonOptions.Output("a folder that receives demo-loss.png and demo-surface.png", byDefault: ".");

    private static readonly Option<int> Seed = CommonOptions.Seed("the first weights");

    public static Command Create()
    {
        ToolCommand command =
            new("demo", "Fits a network of 64 x 64 tanh units to x1² + x2² on an 11 x 11 grid, shows progress and draws the result.",
            "demo", "demo --output figures --xla");
        command.Options.Add(OutputFolder);
        MinimizerOptions minimizer = new(command);
        command.Options.Add(Seed);
        command.SetRun(session => Run(session, minimizer));
        return command;
    }

    private static int Run(Session session, MinimizerOptions minimizer)
    {
        Report report = session.Report;
        string folder = Path.GetFullPath(session.Options.GetValue(OutputFolder)!);
        int seed = session.Options.GetValue(Seed);
        LbfgsOptions options = minimizer.Of(session.Options, report);
        string lossFile = Path.Combine(folder, "demo-loss.png"), surfaceFile = Path.Combine(folder, "demo-surface.png");
        FilePlan files = new();
        files.WriteFolder(OutputFolder.Name, folder).Write("demo-loss.png", lossFile).Write("demo-surface.png", surfaceFile);
        minimizer.AddTo(files, session.Options);
        files.Check();

        report.Say($"TensorFlow {TfRuntime.Version}. Dense(64, tanh), Dense(64, tanh), Dense(1) in float64, fitted to x1² + x2² at "
            + $"{TrainingPoints} x {TrainingPoints} points.");
        using Sequential model = new(DType.Float64)
        {
            new Dense(64, "tanh") { KernelInitializer = new GlorotUniform { Seed = seed } },
            new Dense(64, "tanh") { KernelInitializer = new GlorotUniform { Seed = seed + 1L } },
            new Dense(1) { KernelInitializer = new GlorotUniform { Seed = seed + 2L } },
        };
        Matrix points = Grid(TrainingPoints);
        using Tensor x = points.ToTensor(DType.Float64), y = Truth(points).ToTensor(DType.Float64);
        using ModelObjective objective = new(model, "mse", x, y);
        session.Interruption.BeginWork();
        using LbfgsResult result =
            ProgressDisplay.Run(session,
            progress => Lbfgs.Minimize(objective, options with { Progress = progress }, session.Interruption.Token));
        report.Say("");
        report.Say(result.ToString());

        Matrix drawn = Grid(DrawnPoints);
        Matrix truth = Truth(drawn), predicted = Predict(model, drawn);
        double largest = truth.Values.Zip(predicted.Values, (t, p) => Math.Abs(p - t)).Max();
        report.Say(string.Create(CultureInfo.InvariantCulture,
            $"Largest error on a grid of {DrawnPoints} x {DrawnPoints} points: {largest:0.0e+0}."));
        if (ResultFile.TryWrite(lossFile, () => result.PlotLoss(lossFile), report))
            report.Wrote(lossFile);
        if (ResultFile.TryWrite(surfaceFile,
            () => AtomicFile.Write(surfaceFile, stream => stream.Write(SurfacePlot.Draw(Square(predicted), Square(truth)))), report))
            report.Wrote(surfaceFile);
        foreach (QuietObserver log in options.Observers.OfType<QuietObserver>().Where(log => !log.HasFailed))
            report.Wrote(log.Name);

        report.AddResult(result);
        report.Json.Add("parameters", objective.Count).Add("largest_error", largest);
        return result.Reason == StopReason.Cancelled ? session.Interruption.ExitCode : ExitCode.Success;
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
