using System.Numerics;

namespace TfLbfgs.Optimization;

/// <summary>Many functions of one variable that are evaluated together: one per member of a batch.</summary>
internal interface ILineFunction<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Evaluates every member at its own step: one evaluation. Once a limit is reached it returns points of NaN, which end a search at
    /// once.
    /// </summary>
    HagerZhangPoint<T>[] Evaluate(T[] steps);

    /// <summary>Says which points may still become the result, so that the vectors of the others can be freed.</summary>
    void KeepOnly(params ReadOnlySpan<HagerZhangPoint<T>[]> points);
}
