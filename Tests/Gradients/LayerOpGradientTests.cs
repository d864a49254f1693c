using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Gradients.DirectionalDifferences;

namespace TfLbfgs.Tests.Gradients;

/// <summary>Derivatives of layers' and images' ops that TensorFlow does not have, or has wrong, against differences.</summary>
public class LayerOpGradientTests : LeakChecked
{
    [CoversOps(OpNames.Conv2D, OpNames.Conv2DBackpropInput, OpNames.Conv2DBackpropFilter)]
    [Theory]
    [InlineData("VALID", 1, 2, 1, 1)]
    [InlineData("SAME", 1, 2, 3, 1)]
    [InlineData("EXPLICIT", 1, 1, 2, 1)]
    [InlineData("SAME", 2, 1, 1, 2)]
    [InlineData("VALID", 1, 2, 2, 2)]
    public void Conv2D_WithDilationsOrGroups_HasGradients(string padding, long stride, long rateY, long rateX, long groups)
    {
        using TensorScope scope = new();
        Tensor input = Normal(1, DType.Float64, 2, 7, 8, 4);
        Tensor filter = Normal(2, DType.Float64, 3, 2, 4 / groups, 6);
        long[] paddings = padding == "EXPLICIT" ? [0, 0, 1, 2, 0, 1, 0, 0] : [];
        Check(x => RawOps.Conv2D(x[0], x[1], [1, stride, stride, 1], padding, explicitPaddings: paddings, dilations: [1, rateY, rateX, 1]),
            [input, filter]);
    }

    [Fact]
    public void MaxPool_WithExplicitPadding_HasSecondOrder()
    {
        using TensorScope scope = new();
        Check(
            x => RawOps.MaxPool(x[0] * x[0], [1, 2, 2, 1], [1, 2, 2, 1], "EXPLICIT", [0, 0, 1, 0, 0, 1, 0, 0]),
            [Normal(1, DType.Float64, 2, 5, 4, 2)], 1e-4, 1e-7);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MaxPoolWithArgmax_OfBatch_HasSecondOrder(bool batchInIndex)
    {
        using TensorScope scope = new();
        Check(
            x => RawOps.MaxPoolWithArgmax(x[0] * x[0], [1, 2, 2, 1], [1, 1, 2, 1], "SAME", includeBatchInIndex: batchInIndex).Output,
            [Normal(1, DType.Float64, 2, 5, 4, 2)], 1e-4, 1e-7);
    }

    [Fact]
    public void MaxPoolV2_OfBatch_HasSecondOrder()
    {
        using TensorScope scope = new();
        using Tensor ksize = Tensor.From([1, 2, 2, 1]), strides = Tensor.From([1, 2, 1, 1]);
        Check(x => RawOps.MaxPoolV2(x[0] * x[0], ksize, strides, "VALID"), [Normal(1, DType.Float64, 2, 5, 4, 2)], 1e-4, 1e-7);
    }

    [CoversOps(OpNames.FractionalMaxPool)]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FractionalMaxPool_OfBatch_HasSecondOrder(bool overlapping)
    {
        using TensorScope scope = new();
        Check(
            x => RawOps.FractionalMaxPool(x[0] * x[0], [1, 1.5f, 1.7f, 1], overlapping: overlapping, deterministic: true, seed: 3,
                seed2: 5).Output,
            [Normal(1, DType.Float64, 2, 7, 8, 2)], 1e-4, 1e-7);
    }

    [CoversOps(OpNames.FractionalAvgPool)]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FractionalAvgPool_OfBatch_HasSecondOrder(bool overlapping)
    {
        using TensorScope scope = new();
        Check(
            x => RawOps.FractionalAvgPool(x[0] * x[0], [1, 1.5f, 1.7f, 1], overlapping: overlapping, deterministic: true, seed: 3,
                seed2: 5).Output,
            [Normal(1, DType.Float64, 2, 7, 8, 2)]);
    }

    [CoversOps(OpNames.Dilation2D)]
    [Theory]
    [InlineData("SAME", 1)]
    [InlineData("VALID", 2)]
    public void Dilation2D_OfBatch_HasSecondOrder(string padding, long rate)
    {
        using TensorScope scope = new();
        Check(
            x => RawOps.Dilation2D(x[0] * x[0], x[1] * x[1], [1, 2, 1, 1], [1, rate, 1, 1], padding),
            [Normal(1, DType.Float64, 2, 6, 5, 2), Normal(2, DType.Float64, 3, 2, 2)], 1e-4, 1e-7);
    }

    [CoversOps(OpNames.LRN)]
    [Fact]
    public void LRN_OfImages_HasSecondOrder()
    {
        using TensorScope scope = new();
        Check(x => RawOps.LRN(x[0], 2, 1.5f, 0.3f, 0.75f), [Normal(1, DType.Float32, 2, 2, 3, 7)], 0.1, 1e-3);
    }

    [CoversOps(OpNames.FusedBatchNormV3)]
    [Theory]
    [InlineData(1f)]
    [InlineData(0.3f)]
    public void FusedBatchNormV3_BatchStatistics_HaveGradients(float factor)
    {
        using TensorScope scope = new();
        Tensor mean = factor == 1 ? Tensor.Zeros([0], DType.Float32) : Normal(4, DType.Float32, 3);
        Tensor variance = factor == 1 ? Tensor.Zeros([0], DType.Float32) : Normal(5, DType.Float32, 3);
        using Tensor one = Tensor.Ones([3], DType.Float32);
        Check(
            x =>
            {
                var y = RawOps.FusedBatchNormV3(x[0], x[1], one, mean, variance, 0.01f, factor);
                return y.Y * y.BatchMean + y.BatchVariance;
            },
            [Normal(1, DType.Float32, 2, 3, 2, 3), Normal(2, DType.Float32, 3)], 0.1, 2e-3);
    }

    [Fact]
    public void FusedBatchNormV3_ThirdOrder_IsRight()
    {
        using TensorScope scope = new();
        using Tensor one = Tensor.Ones([2], DType.Float32), none = Tensor.Zeros([0], DType.Float32);
        Tensor weights = Normal(3, DType.Float32, 2, 2, 2, 2);
        Check(
            x =>
            {
                using GradientTape tape = new();
                tape.Watch(x[0]);
                Tensor y = RawOps.FusedBatchNormV3(x[0], one, one, none, none, 0.1f).Y;
                return tape.Gradient(y * y, x[0], weights);
            },
            [Normal(1, DType.Float32, 2, 2, 2, 2)], 0.05, 2e-3);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void ResizeNearestNeighbor_OfImages_HasSecondOrder(bool alignCorners, bool halfPixelCenters)
    {
        using TensorScope scope = new();
        using Tensor size = Tensor.From([7, 3]);
        Check(x => RawOps.ResizeNearestNeighbor(x[0] * x[0], size, alignCorners, halfPixelCenters), [Normal(1, DType.Float64, 2, 4, 5, 2)]);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void ResizeBicubic_OfImages_HasSecondOrder(bool alignCorners, bool halfPixelCenters)
    {
        using TensorScope scope = new();
        using Tensor size = Tensor.From([7, 3]);
        Check(x => RawOps.ResizeBicubic(x[0] * x[0], size, alignCorners, halfPixelCenters), [Normal(1, DType.Float32, 2, 4, 5, 2)], 0.1,
            1e-3);
    }

    [Theory]
    [InlineData("lanczos3", true)]
    [InlineData("triangle", false)]
    public void ScaleAndTranslate_OfImages_HasSecondOrder(string kernel, bool antialias)
    {
        using TensorScope scope = new();
        using Tensor size = Tensor.From([3, 5]), scale = Tensor.From([0.7f, 1.4f]), translation = Tensor.From([0.2f, -0.3f]);
        Check(x => RawOps.ScaleAndTranslate(x[0] * x[0], size, scale, translation, kernel, antialias),
            [Normal(1, DType.Float32, 2, 4, 3, 2)], 0.1, 1e-3);
    }

    [CoversOps(OpNames.CropAndResize)]
    [Theory]
    [InlineData(3, 2)]
    [InlineData(1, 4)]
    public void CropAndResize_OfImageAndBoxes_HasSecondOrder(int height, int width)
    {
        using TensorScope scope = new();
        using Tensor index = Tensor.From([1, 0, 1]), size = Tensor.From([height, width]);
        // No sample lies near a pixel's center, where the surface has a kink.
        Tensor boxes =
            Tensor.From(new[,] { { 0.13f, 0.21f, 0.77f, 0.86f }, { -0.28f, 0.32f, 0.61f, 1.23f }, { 0.88f, 0.83f, 0.17f, 0.06f } });
        Check(x => RawOps.CropAndResize(x[0] * x[0], x[1], index, size), [Normal(1, DType.Float32, 2, 4, 5, 2), boxes], 0.01, 2e-3);
    }

    [CoversOps(OpNames.ImageProjectiveTransformV2, OpNames.ImageProjectiveTransformV3)]
    [Theory]
    [InlineData("BILINEAR", "CONSTANT", 1)]
    [InlineData("BILINEAR", "REFLECT", 1)]
    [InlineData("BILINEAR", "WRAP", 2)]
    [InlineData("BILINEAR", "NEAREST", 2)]
    [InlineData("NEAREST", "CONSTANT", 2)]
    [InlineData("NEAREST", "REFLECT", 1)]
    public void ImageProjectiveTransform_OfImages_HasTheDerivativeThatTensorFlowHasNot(string interpolation, string fill, int transforms)
    {
        using TensorScope scope = new();
        float[] values = [1.1f, 0.2f, -0.7f, -0.1f, 0.9f, 0.6f, 0.02f, -0.01f, 0.8f, -0.3f, 1.2f, 0.2f, 1.1f, -0.4f, -0.01f, 0.03f];
        using Tensor matrices = Tensor.From<float>(values.AsSpan(0, 8 * transforms), [transforms, 8]);
        using Tensor size = Tensor.From([5, 6]), zero = Tensor.Scalar(0f);
        // The kernel interpolates in float32.
        Tensor images = Normal(1, DType.Float64, 2, 4, 5, 3);
        Check(x => RawOps.ImageProjectiveTransformV2(x[0] * x[0], matrices, size, interpolation, fill), [images], 0.1, 1e-5);
        Check(x => RawOps.ImageProjectiveTransformV3(x[0] * x[0], matrices, size, zero, interpolation, fill), [images], 0.1, 1e-5);
    }

    [Fact]
    public void RGBToHSV_AtZeroChannels_HasTheDerivative()
    {
        using TensorScope scope = new();
        Tensor pixels = Tensor.From(new[,] { { 0, 0.3, 0.8 }, { 0.7, 0, 0.2 }, { 0.4, 0.9, 0 }, { 0.5, 0.1, 0.6 } });
        Check(x => RawOps.RGBToHSV(x[0]), [pixels], 1e-3, 1e-6);
    }

    [Fact]
    public void AdjustContrastv2_OfImages_HasGradients()
    {
        using TensorScope scope = new();
        Check(x => RawOps.AdjustContrastv2(x[0], x[1]), [Normal(1, DType.Float32, 2, 3, 4, 3), Tensor.Scalar(1.5f)], 0.1, 1e-3);
    }

    [CoversOps(OpNames.QuantizeAndDequantizeV4Grad)]
    [Fact]
    public void QuantizeAndDequantizeV4Grad_WithRange_HasGradients()
    {
        using TensorScope scope = new();
        Tensor values = Normal(1, DType.Float64, 3, 4);
        using Tensor min = Tensor.Scalar(-0.5), max = Tensor.Scalar(0.7);
        Check(
            x =>
            {
                var y = RawOps.QuantizeAndDequantizeV4Grad(x[0] * x[0], values, min, max);
                return y.InputBackprop + y.InputMinBackprop + y.InputMaxBackprop;
            },
            [Normal(2, DType.Float64, 3, 4)]);
    }

    [CoversOps(OpNames.BlockLSTMV2)]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BlockLSTMV2_OfSequence_HasTheDerivativeThatTensorFlowHasNot(bool peephole)
    {
        using TensorScope scope = new();
        using Tensor length = Tensor.Scalar(3L);
        Check(
            x =>
            {
                var y = RawOps.BlockLSTMV2(length, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], usePeephole: peephole);
                return y.H + y.Cs;
            },
            [
                Normal(1, DType.Float32, 3, 2, 3), Normal(2, DType.Float32, 2, 4), Normal(3, DType.Float32, 2, 4),
                Normal(4, DType.Float32, 7, 16),
                Normal(5, DType.Float32, 4), Normal(6, DType.Float32, 4), Normal(7, DType.Float32, 4), Normal(8, DType.Float32, 16),
            ],
            0.05, 2e-3, second: false);
    }

    [CoversOps(OpNames.BlockLSTM, OpNames.BlockLSTMGrad)]
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void BlockLSTM_OfSequence_HasSecondOrderAndGradientsThroughItsGates(bool peephole, bool throughGates)
    {
        using TensorScope scope = new();
        // The kernel leaves the gates after the last step undefined.
        using Tensor length = Tensor.Scalar(throughGates ? 3L : 2L);
        Check(
            x =>
            {
                var y = RawOps.BlockLSTM(length, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], usePeephole: peephole);
                return throughGates ? y.H + y.I * y.F + y.O + y.Ci * y.Co : y.H + y.Cs;
            },
            LstmInputs(), 0.05, 2e-3);
    }

    [CoversOps(OpNames.BlockLSTMV2, OpNames.BlockLSTMGradV2)]
    [Fact]
    public void BlockLSTMV2_OfSequence_HasSecondOrder()
    {
        using TensorScope scope = new();
        using Tensor length = Tensor.Scalar(3L);
        Check(
            x => RawOps.BlockLSTMV2(length, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], usePeephole: true).H, LstmInputs(), 0.05, 2e-3);
    }

    [Fact]
    public void BlockLSTM_OfUnknownLength_SecondOrderIsRefused()
    {
        using TensorScope scope = new();
        Tensor[] x = LstmInputs();
        using Function function = new(given =>
        {
            Tensor open = RawOps.PlaceholderWithDefault(given[0], new long[] { -1, 2, 3 });
            using GradientTape tape = new();
            tape.Watch(open);
            return [tape.Gradient(RawOps.BlockLSTM(Tensor.Scalar(3L), open, x[1], x[2], x[3], x[4], x[5], x[6], x[7]).I, open)];
        });
        TfLbfgsException e = Assert.ThrowsAny<TfLbfgsException>(() => function.Call([x[0]]));
        Assert.Contains("known number of steps", e.Message, StringComparison.Ordinal);
    }

    [CoversOps(OpNames.CTCLoss)]
    [Fact]
    public void CTCLoss_OfBatch_HasSecondOrder()
    {
        using TensorScope scope = new();
        // The kernel adds logarithms in float32. Labels 0 1 1, with a repetition, 2 and 1; the second example is shorter than the frames.
        using Tensor indices = Tensor.From(new long[,] { { 0, 0 }, { 0, 1 }, { 0, 2 }, { 1, 0 }, { 2, 0 } }),
            values = Tensor.From([0, 1, 1, 2, 1]), lengths = Tensor.From([6, 4, 5]);
        Check(x => RawOps.CTCLoss(x[0], indices, values, lengths).Loss, [Normal(1, DType.Float64, 6, 3, 4)], 0.02, 2e-4);
    }

    [Fact]
    public void CTCLoss_SecondOrderOfUnmergedRepetitions_IsRefused()
    {
        using TensorScope scope = new();
        Tensor x = Normal(1, DType.Float32, 4, 1, 3);
        using Tensor indices = Tensor.From(new long[,] { { 0, 0 }, { 0, 1 } }), values = Tensor.From([0, 1]), lengths = Tensor.From([4]);
        using GradientTape outer = new();
        outer.Watch(x);
        using GradientTape inner = new();
        inner.Watch(x);
        Tensor first = inner.Gradient(RawOps.CTCLoss(x, indices, values, lengths, ctcMergeRepeated: false).Loss, x);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => outer.Gradient(first, x));
        Assert.Contains("ctc_merge_repeated", e.Message, StringComparison.Ordinal);
    }

    [CoversOps(OpNames.FakeQuantWithMinMaxArgs, OpNames.FakeQuantWithMinMaxVars, OpNames.FakeQuantWithMinMaxVarsPerChannel)]
    [Theory]
    [InlineData(-1f, 1.5f)]
    [InlineData(0.25f, 1f)]
    public void FakeQuantGradients_OfUpstream_AreTheirOwnTranspose(float min, float max)
    {
        using TensorScope scope = new();
        Tensor x = Normal(1, DType.Float32, 3, 4) * 1.5, low = Tensor.Scalar(min), high = Tensor.Scalar(max);
        Tensor lows = Tensor.From([min, min - 0.5f, min, min]), highs = Tensor.From([max, max, max + 1, max]);
        Check(g => RawOps.FakeQuantWithMinMaxArgsGradient(g[0], x, min, max), [Normal(2, DType.Float32, 3, 4)], 0.1, 1e-4);
        Check(g => Joined(RawOps.FakeQuantWithMinMaxVarsGradient(g[0], x, low, high)), [Normal(2, DType.Float32, 3, 4)], 0.1, 1e-4);
        Check(g => JoinedByChannel(RawOps.FakeQuantWithMinMaxVarsPerChannelGradient(g[0], x, lows, highs)),
            [Normal(2, DType.Float32, 3, 4)], 0.1, 1e-4);

        static Tensor Joined(RawOps.FakeQuantWithMinMaxVarsGradientOutputs y) =>
            y.BackpropsWrtInput + y.BackpropWrtMin * 2 + y.BackpropWrtMax * 3;
        static Tensor JoinedByChannel(RawOps.FakeQuantWithMinMaxVarsPerChannelGradientOutputs y) =>
            y.BackpropsWrtInput + y.BackpropWrtMin * 2 + y.BackpropWrtMax * 3;
    }

    [CoversOps(OpNames.TopKV2)]
    [Fact]
    public void TopKV2_WithIndicesOfInt64_HasGradients()
    {
        using TensorScope scope = new();
        using Tensor k = Tensor.Scalar(2);
        Check(x => RawOps.TopKV2(x[0] * x[0], k, indexType: DType.Int64).Values, [Normal(1, DType.Float64, 4, 5)], 1e-4, 1e-7);
    }

    [CoversOps(OpNames.RandomGamma)]
    [Fact]
    public void RandomGamma_OfShape_HasTheGradientOfTheStatelessOp()
    {
        using TensorScope scope = new();
        Tensor alpha = Tensor.From([0.7, 1.5, 4]);
        using Tensor shape = Tensor.From([5]);
        using GradientTape tape = new();
        tape.Watch(alpha);
        Tensor sample = RawOps.RandomGamma(shape, alpha, 3, 5);
        double[] expected = RawOps.Sum(RawOps.RandomGammaGrad(alpha, sample), Tensor.From([0L])).ToDoubles();
        Assert.Equal(expected, tape.Gradient(sample, alpha).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [CoversOps(OpNames.ApproxTopK, OpNames.XlaSharding)]
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void ApproxTopK_Compiled_HasGradientAtTheSelected(int axis)
    {
        using TensorScope scope = new();
        Tensor x = Normal(1, DType.Float32, 3, 4, 5);
        using Function function = new(given =>
        {
            using GradientTape tape = new();
            tape.Watch(given[0]);
            Tensor largest = RawOps.ApproxTopK(RawOps.XlaSharding(given[0]), 1, axis).Values;
            return [tape.Gradient(largest * largest, given[0])];
        }, new FunctionOptions { Compile = true });
        Tensor largest = RawOps.Max(x, Tensor.From([axis]), keepDims: true);
        double[] expected = RawOps.SelectV2(RawOps.Equal(x, largest), x * 2.0, RawOps.ZerosLike(x)).ToDoubles();
        Assert.Equal(expected, function.Call([x])[0].ToDoubles());
    }

    [CoversOps(OpNames.DebugGradientIdentity)]
    [Fact]
    public void DebugGradientIdentity_OfTensor_PassesTheGradient()
    {
        using TensorScope scope = new();
        Check(x => RawOps.DebugGradientIdentity(x[0] * x[0]), [Normal(1, DType.Float64, 2, 3)]);
    }

    private static Tensor[] LstmInputs() =>
    [
        Normal(1, DType.Float32, 3, 2, 3), Normal(2, DType.Float32, 2, 4), Normal(3, DType.Float32, 2, 4), Normal(4, DType.Float32, 7, 16),
        Normal(5, DType.Float32, 4), Normal(6, DType.Float32, 4), Normal(7, DType.Float32, 4), Normal(8, DType.Float32, 16),
    ];

    [Fact]
    public void RemovedOps_Execution_IsRefusedByTensorFlow()
    {
        // docs/reference/coverage.md gives this as the reason why they have no rule.
        using TensorScope scope = new();
        Tensor x = Normal(1, DType.Float32, 1, 2, 2, 3);
        Tensor v = Normal(2, DType.Float32, 3);
        Assert.ThrowsAny<TfLbfgsException>(() => RawOps.BatchNormWithGlobalNormalization(x, v, v, v, v, 0.1f, true));
        Assert.ThrowsAny<TfLbfgsException>(() => RawOps.QuantizeAndDequantize(x));
        Assert.ThrowsAny<TfLbfgsException>(() => RawOps.TopK(x, 1));
    }
}
