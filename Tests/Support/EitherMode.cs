using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Support;

/// <summary>The default algorithm or tfp's, by the kind of options: for tests of what both do.</summary>
internal static class EitherMode
{
    public static RunOptions Single(bool compatible) => compatible ? LbfgsOptions.TfpCompatible : new LbfgsOptions();

    public static RunOptions Batch(bool compatible) => compatible ? LbfgsOptions.TfpCompatible : new BatchOptions();

    public static LbfgsResult Minimize(Func<Tensor, (Tensor, Tensor)> function, Tensor start, RunOptions options,
        CancellationToken cancellation = default) => options is TfpOptions tfp
        ? Lbfgs.Minimize(function, start, tfp, cancellation)
        : Lbfgs.Minimize(function, start, (LbfgsOptions)options, cancellation);

    public static LbfgsBatchResult MinimizeBatch(Func<Tensor, (Tensor, Tensor)> function, Tensor? starts, RunOptions options,
        CancellationToken cancellation = default) => options is TfpOptions tfp
        ? Lbfgs.MinimizeBatch(function, starts, tfp, cancellation)
        : Lbfgs.MinimizeBatch(function, starts, (BatchOptions)options, cancellation);

    /// <summary>The options of a single run that does what a member of a batch does.</summary>
    public static LbfgsOptions ForOne(this BatchOptions options) => new()
    {
        MaxIterations = options.MaxIterations,
        MaxEvaluations = options.MaxEvaluations,
        MemoryLength = options.MemoryLength,
        GradientTolerance = options.GradientTolerance,
        PositionTolerance = options.PositionTolerance,
        RelativeLossTolerance = options.RelativeLossTolerance,
        AbsoluteLossTolerance = options.AbsoluteLossTolerance,
        TargetLoss = options.TargetLoss,
        Execution = options.Execution,
        Scaling = options.Scaling,
        UseLosses = options.UseLosses,
        AllowedRise = options.AllowedRise,
        AdaptFirstTrial = options.AdaptFirstTrial,
        LineSearch = options.LineSearch,
        Noise = options.Noise,
        FloorIterations = options.FloorIterations,
    };
}
