using System.Diagnostics;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Writes TensorBoard event files while a minimization runs, with TensorFlow's own summary ops. At each accepted iteration the scalars
/// <c>loss</c>, <c>gradient/max</c>, <c>gradient/length</c>,
/// <c>step</c>, <c>evaluations</c>, <c>seconds</c>, and <c>validation/loss</c> where it was measured, and <c>term/NAME</c> for named parts
/// of the loss; with trials also <c>trial/loss</c> at each evaluation. Values are stored as float32, as the format has it.
/// Python: <c>keras.callbacks.TensorBoard</c>.
/// </summary>
/// <param name="folder">The folder of the event files, created when missing; each minimization writes one file.</param>
public sealed class TensorBoardProgress(string folder) : LbfgsObserver
{
    // The name that tells TensorFlow to make a resource of its own for each writer.
    private const string Anonymous = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";
    private const string Host = "/CPU:0";
    private const int Queue = 1000;

    private Tensor? _writer;
    private long _lastFlush;

    /// <summary>Whether the loss of each evaluation is written too; default: no.</summary>
    public bool Trials { get; init; }

    /// <summary>
    /// The norms of each variable of the layout are written at each k-th iteration: <c>variables/NAME/position_length</c>,
    /// <c>gradient_max</c>, <c>gradient_length</c> and <c>step_length</c>; 0 (default): none. One call and one small
    /// read each.
    /// </summary>
    public int VariablesEvery { get; init; }

    /// <summary>The longest time that lines wait before they are written to the disk, when new ones come; default a second.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override bool ReceivesTrials => Trials;

    /// <inheritdoc/>
    public override void OnStart(long parameters)
    {
        Close();
        Directory.CreateDirectory(folder);
        using (Device.Use(Host))
        using (TensorScope scope = new())
        {
            Tensor writer = RawOps.SummaryWriter(sharedName: Anonymous, container: "");
            RawOps.CreateSummaryFileWriter(writer, Text(Path.GetFullPath(folder)), Tensor.Scalar(Queue), Tensor.Scalar(int.MaxValue),
                Text(".lbfgs"));
            // Held by an alias, which no scope of the user disposes.
            _writer = writer.Alias();
        }

        _lastFlush = Stopwatch.GetTimestamp();
    }

    /// <inheritdoc/>
    public override void OnTrial(LbfgsTrial trial) => Write(trial.Evaluation, ("trial/loss", trial.Loss));

    /// <inheritdoc/>
    public override void OnIteration(LbfgsIteration iteration)
    {
        ArgumentNullException.ThrowIfNull(iteration);
        LbfgsProgress progress = iteration.Progress;
        Write(
            progress.Iteration,
            ("loss", progress.Loss),
            ("gradient/max", progress.GradientNorm),
            ("gradient/length", progress.GradientLength),
            ("step", progress.Step),
            ("evaluations", progress.Evaluations),
            ("seconds", progress.Seconds));
        if (progress.ValidationLoss is { } validation)
            Write(progress.Iteration, ("validation/loss", validation));
        foreach ((string name, double value) in progress.Terms)
            Write(progress.Iteration, ($"term/{name}", value));
        if (VariablesEvery < 1 || progress.Iteration % VariablesEvery != 0)
            return;
        foreach (VariableNorms v in iteration.MeasureVariables())
        {
            string tag = $"variables/{v.Name}/";
            Write(progress.Iteration, (tag + "position_length", v.PositionLength), (tag + "gradient_max", v.GradientMax),
                (tag + "gradient_length", v.GradientLength), (tag + "step_length", v.StepLength));
        }
    }

    /// <inheritdoc/>
    public override void OnEnd(LbfgsResult? result) => Close();

    private void Write(long step, params ReadOnlySpan<(string Tag, double Value)> values)
    {
        if (_writer is null)
            return;
        using (Device.Use(Host))
        using (TensorScope scope = new())
        {
            Tensor at = Tensor.Scalar(step);
            foreach ((string tag, double value) in values)
                RawOps.WriteScalarSummary(_writer, at, Text(tag), Tensor.Scalar(value));
            if (Stopwatch.GetElapsedTime(_lastFlush) < FlushInterval)
                return;
            RawOps.FlushSummaryWriter(_writer);
            _lastFlush = Stopwatch.GetTimestamp();
        }
    }

    private void Close()
    {
        if (_writer is null)
            return;
        using (Tensor writer = _writer)
        using (Device.Use(Host))
        {
            _writer = null;
            // Writes what waits, closes the file and frees the resource.
            RawOps.CloseSummaryWriter(writer);
        }
    }

    private static Tensor Text(string text) => Tensor.FromStrings([text], Shape.Scalar);
}
