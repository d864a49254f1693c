using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// What stands between a minimizer and code of the user: checks what an objective returns, says where it threw, and sees that the best
/// point found is kept.
/// </summary>
internal static class ObjectiveGuard
{
    /// <summary>Refuses an objective that has nothing to minimize.</summary>
    public static void Check(Objective objective)
    {
        if (objective.Count < 1)
            throw new TfLbfgsException($"{Name(objective)}: expected at least one parameter, received an empty vector, "
                + $"{objective.DType.PythonName}({objective.Count},).");
        if (objective.DType is not (DType.Float32 or DType.Float64))
            throw new TfLbfgsException($"{Name(objective)}: expected parameters of float32 or float64, received "
                + $"{objective.DType.PythonName}({objective.Count},). Cast them.");
    }

    /// <summary>Refuses a start that is no vector of the objective.</summary>
    public static void CheckStart(Objective objective, Tensor start)
    {
        if (start is null)
            throw new TfLbfgsException($"{Name(objective)}: expected an initial position of {Vector(objective)}, received null.");
        if (start.DType != objective.DType || !start.Shape.IsCompatibleWith([objective.Count]))
            throw new TfLbfgsException(
                $"{Name(objective)}: expected an initial position of {Vector(objective)}, received {start.Describe()}.");
    }

    /// <summary>The objective's own start, under no tape of the caller; owned by the caller.</summary>
    public static Tensor Start(Objective objective)
    {
        using IDisposable frame = Untaped();
        Tensor start = objective.InitialPosition();
        CheckStart(objective, start);
        return start;
    }

    /// <summary>
    /// Evaluates, eagerly or while a function is traced, and refuses results that do not fit. In a trace where a shape is not known, the
    /// function itself checks it at each call.
    /// </summary>
    /// <returns>The loss, shape [], and the gradient, shape [n], owned by the caller.</returns>
    public static (Tensor Loss, Tensor Gradient) Evaluate(Objective objective, Tensor position, IReadOnlyList<Tensor> data)
    {
        (Tensor loss, Tensor gradient, _) = Guarded(objective, position, () =>
        {
            (Tensor loss, Tensor gradient) = objective.Evaluate(position, data);
            return (loss, gradient, null);
        });
        return (loss, gradient);
    }

    /// <summary>The same with the numbers that the objective measures, float64, shape [k]; null: none.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public static (Tensor Loss, Tensor Gradient, Tensor? Readings) EvaluateMeasured(Objective objective, Tensor position,
        IReadOnlyList<Tensor> data) =>
        Guarded(objective, position, () => objective.EvaluateMeasured(position, data));

    private static (Tensor Loss, Tensor Gradient, Tensor? Readings) Guarded(
        Objective objective, Tensor position, Func<(Tensor Loss, Tensor Gradient, Tensor? Readings)> evaluate)
    {
        Tensor loss;
        Tensor gradient;
        Tensor? readings;
        try
        {
            (loss, gradient, readings) = evaluate();
        }
        catch (UnconnectedLossException e)
        {
            throw e.Of(Name(objective));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            string when = position.IsSymbolic ? "while it was traced" : "while it was evaluated";
            throw new TfLbfgsException($"{Name(objective)}: expected a loss and a gradient at a position of {Vector(objective)}, "
                + $"received {e.GetType().Name} {when}: {e.Message}", e);
        }

        if (loss is null || gradient is null)
            throw new TfLbfgsException(
                $"{Name(objective)}: expected a loss and a gradient, received null for the {(loss is null ? "loss" : "gradient")}.");
        if (loss.DType != objective.DType || (loss.Shape.HasRank && loss.Rank != 0))
            throw new TfLbfgsException($"{Name(objective)}: expected a loss of {objective.DType.PythonName}(), received "
                + $"{loss.Describe()}. Reduce it to one number, such as with Tf.ReduceMean, and cast it.");
        if (gradient.DType != objective.DType || !gradient.Shape.IsCompatibleWith([objective.Count]))
            throw new TfLbfgsException($"{Name(objective)}: expected a gradient of {Vector(objective)}, received {gradient.Describe()}.");
        CheckDevice(objective, "loss", position, loss);
        CheckDevice(objective, "gradient", position, gradient);
        if (readings is not null && (readings.DType != DType.Float64 || !readings.Shape.IsFullyKnown || readings.Rank != 1))
            throw new TfLbfgsException(
                $"{Name(objective)}: expected readings of float64 and a known shape [k], received {readings.Describe()}.");
        return (Known(loss, Shape.Scalar), Known(gradient, [objective.Count]), readings);
    }

    /// <summary>
    /// The token that may abandon a call which compiles an objective: none where an evaluation writes variables, since the call goes on in
    /// the background.
    /// </summary>
    public static CancellationToken CancellationOfCompilation(Objective objective, CancellationToken cancellation) =>
        objective is VariableObjective { WritesVariables: true } ? CancellationToken.None : cancellation;

    /// <summary>
    /// Runs a minimization: under no tape of the caller, which would keep every evaluation alive, and with the best point adopted even if
    /// the objective or an observer throws.
    /// </summary>
    /// <param name="objective">The objective.</param>
    /// <param name="minimize">The minimization.</param>
    /// <param name="best">The best point so far, borrowed; null before there is one.</param>
    public static LbfgsResult Run(Objective objective, Func<LbfgsResult> minimize, Func<Tensor?> best)
    {
        using IDisposable frame = Untaped();
        LbfgsResult result;
        try
        {
            result = minimize();
        }
        catch
        {
            if (best() is { } position)
                objective.Adopt(position);
            throw;
        }

        try
        {
            objective.Adopt(result.Position);
        }
        catch
        {
            result.Dispose();
            throw;
        }

        return result;
    }

    /// <summary>Runs something under no tape of the caller.</summary>
    public static T RunUntaped<T>(Func<T> run)
    {
        using IDisposable frame = Untaped();
        return run();
    }

    /// <summary>A frame without listeners, on the device of the one outside; closing it restores that one.</summary>
    private static DispatchFrame Untaped()
    {
        string? device = Device.Current;
        DispatchFrame frame = DispatchFrame.OpenEager();
        Device.Exchange(device);
        return frame;
    }

    private static void CheckDevice(Objective objective, string what, Tensor position, Tensor received)
    {
        // An op of a trace lies where the function runs, unless a device was chosen for it.
        string? actual = received is SymbolicTensor symbolic ? symbolic.RequestedDevice : received.DeviceName;
        if (actual is null)
            return;
        string expected = position.IsSymbolic ? DispatchFrame.Current.OuterDevice ?? DefaultDevice() : position.DeviceName;
        if (actual != expected)
            throw new TfLbfgsException($"{Name(objective)}: expected a {what} on {expected}, where the position is, received "
                + $"{received.Describe()} on {actual}. Copy it with CopyTo, or minimize under Device.Use.");
    }

    /// <summary>Where TensorFlow puts ops without a chosen device.</summary>
    private static string DefaultDevice() =>
        (TfRuntime.Devices.FirstOrDefault(device => device.Kind == "GPU" && TfRuntime.IsLocal(device.Name)) ?? TfRuntime.Devices[0]).Name;

    /// <summary>The tensor; with a check at run time where a trace does not know its shape.</summary>
    private static Tensor Known(Tensor tensor, Shape shape)
    {
        if (tensor.Shape.IsFullyKnown)
            return tensor;
        using (tensor)
            return RawOps.EnsureShape(tensor, shape);
    }

    private static string Vector(Objective objective) => $"{objective.DType.PythonName}({objective.Count},)";

    private static string Name(Objective objective) =>
        objective is FunctionObjective ? "The function to minimize" : $"The objective {objective.GetType().Name}";
}
