using System.Numerics;

namespace TfLbfgs.Optimization;

/// <summary>
/// An interval of Hager and Zhang (2006): the left end falls and is not above the limit; once the right end rises, a minimum lies between.
/// </summary>
internal readonly record struct HagerZhangInterval<T>(HagerZhangPoint<T> Left, HagerZhangPoint<T> Right)
    where T : IBinaryFloatingPointIeee754<T>
{
    /// <summary>Half way between the ends.</summary>
    public T Middle => (Left.Step + Right.Step) / (T.One + T.One);

    /// <summary>Narrows by a point (U0 to U3); one outside changes nothing.</summary>
    /// <param name="point">The point.</param>
    /// <param name="limit">The highest value of a left end.</param>
    /// <param name="needsBisection">Whether the new right end falls, so that the interval must be halved until it rises.</param>
    public HagerZhangInterval<T> Update(HagerZhangPoint<T> point, T limit, out bool needsBisection)
    {
        bool within = Left.Step < point.Step && point.Step < Right.Step;
        bool falling = point.Slope < T.Zero;
        needsBisection = within && falling && point.Value > limit;
        return !within ? this : falling && point.Value <= limit ? this with { Left = point } : this with { Right = point };
    }

    /// <summary>Narrows by a point between the ends, one round of bisection (U3); a minimum becomes both ends.</summary>
    public HagerZhangInterval<T> Halve(HagerZhangPoint<T> middle, T limit)
    {
        bool isLeft = middle.Slope < T.Zero && middle.Value <= limit;
        return new HagerZhangInterval<T>(isLeft || middle.IsMinimum ? middle : Left, !isLeft || middle.IsMinimum ? middle : Right);
    }

    /// <summary>The second secant step, where the first one moved an end of the former interval (S2, S3); else the first step.</summary>
    /// <param name="former">The interval before the first step.</param>
    /// <param name="step">The first step.</param>
    /// <param name="moved">Whether it moved an end.</param>
    public T SecondSecant(HagerZhangInterval<T> former, T step, out bool moved)
    {
        bool movedLeft = Left.Step == step;
        bool movedRight = Right.Step == step;
        moved = movedLeft || movedRight;
        return movedRight
            ? HagerZhangPoint<T>.Secant(former.Right, Right) : movedLeft ? HagerZhangPoint<T>.Secant(former.Left, Left) : step;
    }
}
