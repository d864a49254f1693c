using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// The LSTM of the ops BlockLSTM and BlockLSTMV2, and its gradient op, as formulas of differentiable ops: for what the fused kernels do not
/// differentiate. One step is a few ops of the graph, so the number of steps must be known.
/// </summary>
internal sealed class BlockLstm(string op, IReadOnlyList<Tensor> inputs, bool usesPeephole, bool isVersion2)
{
    private readonly Tensor _lastStep = inputs[0];
    private readonly Tensor _x = inputs[1];
    private readonly Tensor _cellBefore = inputs[2];
    private readonly Tensor _hiddenBefore = inputs[3];
    private readonly Tensor _w = inputs[4];
    private readonly Tensor _wci = inputs[5];
    private readonly Tensor _wcf = inputs[6];
    private readonly Tensor _wco = inputs[7];
    private readonly Tensor _b = inputs[8];

    /// <summary>The outputs i, cs, f, o, ci, co, h, each [steps, batch, cell].</summary>
    /// <param name="forgetBias">What is added to the forget gate.</param>
    /// <param name="cellClip">The bound of the cell state, which passes gradients as if it were none, as the kernel does; 0: none.</param>
    public Tensor[] Forward(float forgetBias, float cellClip)
    {
        Tensor[] x = Unpacked(_x);
        (Tensor cell, Tensor hidden) = (_cellBefore, _hiddenBefore);
        List<Tensor>[] kept = [.. Enumerable.Range(0, 7).Select(_ => new List<Tensor>())];
        for (int t = 0; t < x.Length; t++)
        {
            Tensor sum = RawOps.AddV2(RawOps.MatMul(RawOps.ConcatV2([x[t], hidden], Int32(1)), _w), _b);
            Tensor[] gates = RawOps.Split(Int32(1), sum, 4);
            (Tensor forInput, Tensor forCell, Tensor forForget) = isVersion2
                ? (gates[0], gates[2], gates[1])
                : (gates[0], gates[1], gates[2]);
            Tensor forOutput = gates[3];
            if (forgetBias != 0)
                forForget += forgetBias;
            Tensor i = RawOps.Sigmoid(usesPeephole ? forInput + cell * _wci : forInput);
            Tensor candidate = RawOps.Tanh(forCell);
            Tensor f = RawOps.Sigmoid(usesPeephole ? forForget + cell * _wcf : forForget);
            Tensor next = candidate * i + cell * f;
            if (cellClip > 0)
                next += RawOps.StopGradient(
                    RawOps.Minimum(RawOps.Maximum(next, Tensor.Scalar(-cellClip, next.DType)), Tensor.Scalar(cellClip, next.DType)) - next);
            Tensor o = RawOps.Sigmoid(usesPeephole ? forOutput + next * _wco : forOutput);
            Tensor squashed = RawOps.Tanh(next);
            Tensor output = o * squashed;
            (cell, hidden) = (next, output);
            Tensor[] step = [i, next, f, o, candidate, squashed, output];
            for (int part = 0; part < step.Length; part++)
                kept[part].Add(Until(t, step[part]));
        }

        return Array.ConvertAll(kept, part => RawOps.Pack(part));
    }

    /// <summary>What the gradient op computes: the gradients of x, cs_prev, h_prev, w, wci, wcf, wco and b.</summary>
    /// <param name="parts">The outputs of the op: i, cs, f, o, ci, co, h.</param>
    /// <param name="cellGradient">The upstream gradient of cs.</param>
    /// <param name="hiddenGradient">The upstream gradient of h.</param>
    public Tensor[] Backward(IReadOnlyList<Tensor> parts, Tensor cellGradient, Tensor hiddenGradient)
    {
        Tensor[] x = Unpacked(_x), cellGradients = Unpacked(cellGradient), hiddenGradients = Unpacked(hiddenGradient);
        Tensor[][] part = [.. parts.Select(Unpacked)];
        Tensor width = Int32(_x.Shape[2]);
        Tensor cellNext = RawOps.ZerosLike(_cellBefore), hiddenNext = RawOps.ZerosLike(_hiddenBefore);
        Tensor w = RawOps.ZerosLike(_w), wci = RawOps.ZerosLike(_wci), wcf = RawOps.ZerosLike(_wcf), wco = RawOps.ZerosLike(_wco),
            b = RawOps.ZerosLike(_b);
        Tensor[] xGradients = new Tensor[x.Length];
        for (int t = x.Length - 1; t >= 0; t--)
        {
            (Tensor i, Tensor cell, Tensor f, Tensor o, Tensor candidate, Tensor squashed) =
                (part[0][t], part[1][t], part[2][t], part[3][t], part[4][t], part[5][t]);
            (Tensor before, Tensor hiddenBefore) = t == 0 ? (_cellBefore, _hiddenBefore) : (part[1][t - 1], part[6][t - 1]);
            Tensor ofHidden = hiddenGradients[t] + hiddenNext;
            Tensor ofOutput = o * (1 - o) * ofHidden * squashed;
            Tensor ofCell = (1 - RawOps.Square(squashed)) * ofHidden * o + cellGradients[t] + cellNext;
            if (usesPeephole)
                ofCell += ofOutput * _wco;
            Tensor ofCandidate = (1 - RawOps.Square(candidate)) * ofCell * i;
            Tensor ofForget = f * (1 - f) * ofCell * before;
            Tensor ofInput = i * (1 - i) * ofCell * candidate;
            Tensor ofGates =
                Until(t, RawOps.ConcatV2(isVersion2
                ? [ofInput, ofForget, ofCandidate, ofOutput] : [ofInput, ofCandidate, ofForget, ofOutput], Int32(1)));
            Tensor[] ofBoth = RawOps.SplitV(RawOps.MatMul(ofGates, _w, transposeB: true), RawOps.Pack([width, Int32(-1)]), Int32(1), 2);
            (xGradients[t], hiddenNext) = (ofBoth[0], ofBoth[1]);
            cellNext = usesPeephole ? ofCell * f + ofInput * _wci + ofForget * _wcf : ofCell * f;
            cellNext = Until(t, cellNext);
            w += RawOps.MatMul(RawOps.ConcatV2([x[t], hiddenBefore], Int32(1)), ofGates, transposeA: true);
            b += RawOps.Sum(ofGates, Ints(0));
            if (usesPeephole)
            {
                wci += RawOps.Sum(Until(t, ofInput * before), Ints(0));
                wcf += RawOps.Sum(Until(t, ofForget * before), Ints(0));
                wco += RawOps.Sum(Until(t, ofOutput * cell), Ints(0));
            }
        }

        return [RawOps.Pack(xGradients), cellNext, hiddenNext, w, wci, wcf, wco, b];
    }

    private Tensor[] Unpacked(Tensor sequence) => sequence.Shape.HasRank && _x.Shape[0] >= 0
        ? RawOps.Unpack(sequence, _x.Shape[0])
        : throw new TfLbfgsException(
            $"{op}: expected an input of a known number of steps for a second derivative, or for one through the gates, received shape {_x.Shape}. "
            + "Give the function inputs of known length, or write the cell with other ops and Tf.Scan.");

    /// <summary>Zeros after the last step.</summary>
    private Tensor Until(int t, Tensor value) => ConstantValue(_lastStep) is [var steps]
        ? t < steps ? value : RawOps.ZerosLike(value)
        : RawOps.SelectV2(RawOps.Less(Tensor.Scalar((long)t), _lastStep), value, RawOps.ZerosLike(value));
}
