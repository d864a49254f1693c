using TfLbfgs.Parameters;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The start or an accepted iteration with its vectors, for <see cref="LbfgsObserver.OnIteration(LbfgsIteration)"/>. The tensors are
/// borrowed until that method returns; reading values of them copies
/// them from the device.
/// </summary>
public sealed class LbfgsIteration
{
    private readonly VariableMeter? _meter;
    private readonly Curvatures? _curvatures;
    private IReadOnlyList<VariableNorms>? _norms;

    internal LbfgsIteration(LbfgsProgress progress, Tensor position, Tensor gradient, Tensor? formerPosition, VariableMeter? meter,
        Curvatures? curvatures)
    {
        Progress = progress;
        Position = position;
        Gradient = gradient;
        FormerPosition = formerPosition;
        _meter = meter;
        _curvatures = curvatures;
    }

    /// <summary>Its numbers.</summary>
    public LbfgsProgress Progress { get; }

    /// <summary>The parameters, shape [n].</summary>
    public Tensor Position { get; }

    /// <summary>The gradient there, shape [n].</summary>
    public Tensor Gradient { get; }

    /// <summary>
    /// The parameters before the step, shape [n]; null at the start, and where the run does not keep them: with tfp's rules, in batches and
    /// in a compiled loop.
    /// </summary>
    public Tensor? FormerPosition { get; }

    /// <summary>Where each variable stands in the vectors; null when the objective has no layout.</summary>
    public ParameterLayout? Layout => _meter?.Layout;

    /// <summary>
    /// The curvatures of the pairs in memory; null while there are none, and where the run does not know them. Costs a sort of as many
    /// numbers as there are pairs, no read.
    /// </summary>
    public CurvatureSpectrum? Spectrum => _curvatures?.Spectrum();

    /// <summary>
    /// Measures position, gradient and step of each variable, on the device: one call of a traced function and one small read for all who
    /// ask at the same iteration; <see cref="LbfgsResult.Reads"/>
    /// counts it.
    /// </summary>
    /// <returns>One entry per variable of the layout, in its order; empty without a layout.</returns>
    public IReadOnlyList<VariableNorms> MeasureVariables() =>
        _norms ??= _meter?.Norms(Position, Gradient, Progress.Iteration == 0 ? Position : FormerPosition) ?? [];
}
