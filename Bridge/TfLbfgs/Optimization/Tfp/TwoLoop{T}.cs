using System.Numerics;
using TfLbfgs.Functions;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The correction pairs of all members, and the direction from them by the two-loop recursion (Nocedal and Wright 2006, Algorithm 7.4), in
/// tfp's order of sums. The newest pair is the last
/// one; pairs that are not there yet are zeros, which change no bit of the result, so that the traces never grow.
/// </summary>
internal sealed class TwoLoop<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchFunction _objective;
    private readonly Function _direction;
    private readonly Function _push;
    private Tensor? _positionDeltas;
    private Tensor? _gradientDeltas;
    private Tensor? _diagonal;

    /// <summary>Prepares; nothing is traced before the first run.</summary>
    /// <param name="objective">Shapes and dtype.</param>
    public TwoLoop(BatchFunction objective)
    {
        _objective = objective;
        _direction = new Function(Direction, new FunctionOptions { Name = "lbfgs_two_loop" });
        _push = new Function(Push, new FunctionOptions { Name = "lbfgs_push" });
    }

    /// <summary>s, shape [m, ..., n].</summary>
    private Tensor PositionDeltas => _positionDeltas!;

    /// <summary>y, shape [m, ..., n].</summary>
    private Tensor GradientDeltas => _gradientDeltas!;

    /// <summary>Reads so far.</summary>
    public int Reads { get; private set; }

    /// <summary>Begins a run.</summary>
    /// <param name="positionDeltas">s, shape [m, ..., n]; owned from here on.</param>
    /// <param name="gradientDeltas">y, shape [m, ..., n]; owned from here on.</param>
    /// <param name="diagonal">The diagonal of the inverse Hessian to start from, broadcast to [..., n]; null: ones. Borrowed.</param>
    public void Begin(Tensor positionDeltas, Tensor gradientDeltas, Tensor? diagonal)
    {
        End();
        (_positionDeltas, _gradientDeltas, _diagonal) = (positionDeltas, gradientDeltas, diagonal);
    }

    /// <summary>Ends a run: frees the pairs, unless they were handed over.</summary>
    public void End()
    {
        _positionDeltas?.Dispose();
        _gradientDeltas?.Dispose();
        Release();
        Reads = 0;
    }

    /// <summary>The direction: one call and one read.</summary>
    /// <param name="gradient">Shape [..., n].</param>
    /// <param name="hasPairs">Whether there are pairs, also where they lead uphill; without them it descends along the gradient, times the
    /// diagonal.</param>
    /// <returns>The direction, shape [..., n], owned by the caller, and its slopes.</returns>
    public (Tensor Direction, T[] Slopes) Next(Tensor gradient, bool hasPairs)
    {
        using TensorScope scope = new();
        Tensor[] outputs = _direction.Call([gradient, PositionDeltas, GradientDeltas, Tensor.Scalar(hasPairs), .. Diagonal()]);
        T[] slopes = outputs[1].ToArray<T>();
        Reads++;
        return (scope.Keep(outputs[0]), slopes);
    }

    /// <summary>Pushes the newest pair into the queues of some members; their oldest one falls out.</summary>
    public void Push(Tensor formerPosition, Tensor formerGradient, Tensor position, Tensor gradient, bool[] members)
    {
        using TensorScope scope = new();
        Tensor[] outputs = _push.Call(PositionDeltas, GradientDeltas, formerPosition, formerGradient, position, gradient, Mask(members));
        Replace(scope.Keep(outputs[0]), scope.Keep(outputs[1]));
    }

    /// <summary>Hands the pairs over: they are no longer freed with this object.</summary>
    public (Tensor PositionDeltas, Tensor GradientDeltas) Release()
    {
        (Tensor s, Tensor y) = (PositionDeltas, GradientDeltas);
        (_positionDeltas, _gradientDeltas, _diagonal) = (null, null, null);
        return (s, y);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _direction.Dispose();
        _push.Dispose();
    }

    private void Replace(Tensor s, Tensor y)
    {
        PositionDeltas.Dispose();
        GradientDeltas.Dispose();
        (_positionDeltas, _gradientDeltas) = (s, y);
    }

    private Tensor[] Diagonal() => _diagonal is null ? [] : [_diagonal];

    private Tensor Mask(bool[] members) => Tensor.From<bool>(members, _objective.BatchShape);

    private static Tensor Widen(Tensor tensor)
    {
        using Tensor last = Tensor.Scalar(-1);
        return RawOps.ExpandDims(tensor, last);
    }

    private static Tensor SumLast(Tensor tensor)
    {
        using Tensor axis = Tensor.From([-1]);
        return RawOps.Sum(tensor, axis);
    }

    private Tensor[] Direction(Tensor[] inputs)
    {
        (Tensor gradient, Tensor positionDeltas, Tensor gradientDeltas, Tensor hasPairs) = (inputs[0], inputs[1], inputs[2], inputs[3]);
        Tensor? diagonal = inputs.Length > 4 ? inputs[4] : null;
        Tensor steepest = RawOps.Neg(diagonal is null ? gradient : diagonal * gradient);
        Tensor learnt = Recursion(gradient, positionDeltas, gradientDeltas, diagonal);
        Tensor direction = RawOps.SelectV2(hasPairs, learnt, steepest);
        return [direction, SumLast(gradient * direction)];
    }

    private static Tensor Recursion(Tensor gradient, Tensor positionDeltas, Tensor gradientDeltas, Tensor? diagonal)
    {
        int length = (int)positionDeltas.Shape[0];
        Tensor[] s = RawOps.Unpack(positionDeltas, length);
        Tensor[] y = RawOps.Unpack(gradientDeltas, length);
        Tensor[] products = RawOps.Unpack(SumLast(gradientDeltas * positionDeltas), length);
        Tensor[] alphas = new Tensor[length];
        Tensor q = gradient;
        for (int i = length - 1; i >= 0; i--)
        {
            alphas[i] = RawOps.DivNoNan(SumLast(s[i] * q), products[i]);
            q -= Widen(alphas[i]) * y[i];
        }

        Tensor newest = y[^1];
        // H0 = gamma D with gamma = s.y / y.Dy, so that the scale of D does not matter once there is a pair; tfp has D = 1.
        Tensor gamma = products[^1] / SumLast(diagonal is null ? newest * newest : newest * (diagonal * newest));
        Tensor r = Widen(gamma) * (diagonal is null ? q : diagonal * q);
        for (int i = 0; i < length; i++)
        {
            Tensor beta = RawOps.DivNoNan(SumLast(y[i] * r), products[i]);
            r += Widen(alphas[i] - beta) * s[i];
        }

        return RawOps.Neg(r);
    }

    private Tensor[] Push(Tensor[] inputs)
    {
        Tensor mask = Widen(inputs[6]);
        return [Shift(inputs[0], inputs[4] - inputs[2], mask), Shift(inputs[1], inputs[5] - inputs[3], mask)];
    }

    private static Tensor Shift(Tensor queue, Tensor newest, Tensor mask)
    {
        using Tensor first = Tensor.Scalar(0);
        return RawOps.SelectV2(mask, RawOps.ConcatV2([queue[1..], RawOps.ExpandDims(newest, first)], first), queue);
    }
}
