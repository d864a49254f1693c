using System.Numerics;

namespace TfLbfgs.Optimization;

/// <summary>The state and the end of a search: one entry per member.</summary>
internal sealed class HagerZhangResult<T>(int count)
    where T : IBinaryFloatingPointIeee754<T>
{
    /// <summary>A point was found that satisfies the conditions, or the interval has no width left.</summary>
    public bool[] Converged { get; set; } = new bool[count];

    /// <summary>Something that is not finite, or a limit, ended the search.</summary>
    public bool[] Failed { get; set; } = new bool[count];

    /// <summary>Rounds of bracketing and of narrowing.</summary>
    public int[] Iterations { get; } = new int[count];

    /// <summary>The left ends: the results. Equal to the right ones where the conditions hold.</summary>
    public HagerZhangPoint<T>[] Left { get; set; } = [];

    /// <summary>The right ends.</summary>
    public HagerZhangPoint<T>[] Right { get; set; } = [];

    /// <summary>Why a member failed; null where it did not.</summary>
    public LineSearchFailure?[] Failures { get; } = new LineSearchFailure?[count];

    /// <summary>Evaluations of all members together.</summary>
    public int Evaluations { get; set; }

    /// <summary>Members that still search.</summary>
    public bool IsActive(int member) => !Converged[member] && !Failed[member];

    /// <summary>Marks a member as failed; the first reason stays.</summary>
    public void Fail(int member, LineSearchFailure reason)
    {
        Failed[member] = true;
        Failures[member] ??= reason;
    }
}
