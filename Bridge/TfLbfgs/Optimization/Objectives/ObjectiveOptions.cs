using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Variables;

namespace TfLbfgs.Optimization;

/// <summary>
/// How a <see cref="VariableObjective"/> turns variables into one vector and computes with them. Immutable; every value has a default.
/// </summary>
public record ObjectiveOptions
{
    /// <summary>By which ops variables become a vector; both routes give the same bits.</summary>
    public FlattenRoute Route { get; init; } = FlattenRoute.Auto;

    /// <summary>
    /// The dtype of the vector, and so of the minimizer's arithmetic; null (default): that of the variables. Float64 over variables of
    /// float32 is SciPy's way: positions are kept in float64, rounded
    /// for each evaluation, and loss and gradient are cast back.
    /// </summary>
    public DType? VectorDType { get; init; }

    /// <summary>
    /// The dtype in which the loss is computed; null (default): that of the variables. Float64 refines weights of float32
    /// with float64 arithmetic: they are read as float64, and the
    /// result is rounded to float32 once, when it is written back. Where <see cref="VectorDType"/> says nothing, the vector has this dtype
    /// too.
    /// </summary>
    public DType? ComputeDType { get; init; }

    /// <summary>
    /// Whether an evaluation assigns the vector to the variables, as the Python recipe does, instead of computing with slices of it;
    /// default false. The values are the same; while the minimization runs,
    /// the variables then hold the trial that was evaluated last, and at its end the best point in either case.
    /// </summary>
    public bool UpdateByAssignment { get; init; }

    /// <summary>
    /// Variables that are trained besides those of the model, such as the coefficients of a differential equation: they follow them in the
    /// vector. Borrowed; default none.
    /// </summary>
    public IReadOnlyList<Variable> ExtraVariables { get; init; } = [];

    /// <summary>Checks that the values do not contradict each other.</summary>
    /// <exception cref="TfLbfgsException">They do; the message names them.</exception>
    public void Validate()
    {
        foreach ((string name, DType? dtype) in new[] { (nameof(VectorDType), VectorDType), (nameof(ComputeDType), ComputeDType) })
        {
            if (dtype is not (null or DType.Float32 or DType.Float64))
                throw new TfLbfgsException(
                    $"ObjectiveOptions.{name}: expected float32, float64 or null, received {dtype.Value.PythonName}.");
        }

        if (UpdateByAssignment && ComputeDType is not null)
        {
            throw new TfLbfgsException(
                $"ObjectiveOptions: expected UpdateByAssignment or ComputeDType, received both; what is assigned has the dtype of the variable, and cannot be computed with in {ComputeDType.Value.PythonName}. "
                + "Leave one of them out.");
        }

        ArgumentNullException.ThrowIfNull(ExtraVariables);
    }
}
