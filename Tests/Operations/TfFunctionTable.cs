using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using SparseTensor = TfLbfgs.Tf.SparseTensor;

namespace TfLbfgs.Tests.Operations;

/// <summary>
/// What the entries of <c>tf/functions.json</c> call, by their ids: the same functions with the same arguments as in <c>tf/generate.py</c>.
/// </summary>
internal static class TfFunctionTable
{
    private static readonly int[] Segments = [0, 0, 2, 1];

    public static Dictionary<string, Func<Tensor[], Tensor[]>> Known { get; } = new()
    {
        ["abs_complex"] = x => [Tf.Abs(x[0])],
        ["truediv_int32"] = x => [Tf.TrueDiv(x[0], x[1])],
        ["truediv_int16"] = x => [Tf.Math.TrueDiv(x[0], x[1])],
        ["truncate"] = x =>
            [Tf.TruncateDiv(x[0], x[1]), Tf.TruncateMod(x[0], x[1]), Tf.Math.FloorDiv(x[0], x[1]), Tf.Math.FloorMod(x[0], x[1])],
        ["saturate_uint8"] = x => [Tf.SaturateCast(x[0], DType.UInt8)],
        ["saturate_int32_f32"] = x => [Tf.SaturateCast(x[0], DType.Int32)],
        ["saturate_int64"] = x => [Tf.SaturateCast(x[0], DType.Int64)],
        ["angle_real"] = x => [Tf.Math.Angle(x[0])],
        ["angle_complex"] = x => [Tf.Math.Angle(x[0])],
        ["real_imag_conj"] = x => [Tf.Real(x[0]), Tf.Imag(x[0]), Tf.Conj(x[0])],
        ["erfcinv"] = x => [Tf.Math.Erfcinv(x[0])],
        ["log_sigmoid"] = x => [Tf.Math.LogSigmoid(x[0])],
        ["reciprocal_no_nan"] = x => [Tf.Math.ReciprocalNoNan(x[0])],
        ["lbeta"] = x => [Tf.Math.Lbeta(x[0])],
        ["polyval"] = x => [Tf.Math.Polyval([x[0], x[1], x[0]], x[2])],
        ["monotone"] = x => [Tf.Math.IsNonDecreasing(x[0]), Tf.Math.IsStrictlyIncreasing(x[0])],
        ["zeta_igamma"] = x =>
            [Tf.Math.Zeta(x[0] + 1, x[1]), Tf.Math.Igamma(x[0], x[1]), Tf.Math.Igammac(x[0], x[1]),
            Tf.Math.Betainc(x[0], x[1], x[1] / (x[1] + 1))],
        ["bessel"] = x => [Tf.Math.BesselI0(x[0]), Tf.Math.BesselI0e(x[0]), Tf.Math.BesselI1(x[0]), Tf.Math.BesselI1e(x[0])],
        ["special"] = x =>
        [
            Tf.Math.Special.BesselJ0(x[0]), Tf.Math.Special.BesselK1(x[0]), Tf.Math.Special.BesselY0(x[0]), Tf.Math.Special.Dawsn(x[0]),
                Tf.Math.Special.Expint(x[0]),
            Tf.Math.Special.FresnelCos(x[0]), Tf.Math.Special.Spence(x[0]),
        ],
        ["sobol"] = _ => [Tf.Math.SobolSample(3, 5, 2)],
        ["linspace_axis"] = x => [Tf.Linspace(x[0], x[1], 4, axis: 1)],
        ["variance"] = x => [Tf.Math.ReduceVariance(x[0], 0), Tf.Math.ReduceStd(x[0], 1, keepDims: true)],
        ["variance_complex"] = x => [Tf.Math.ReduceVariance(x[0])],
        ["euclidean"] = x => [Tf.Math.ReduceEuclideanNorm(x[0], 1)],
        ["logsumexp"] = x => [Tf.ReduceLogSumExp(x[0], 1)],
        ["counts"] = x => [Tf.Math.CountNonzero(x[0], [1]), Tf.Math.ZeroFraction(x[0])],
        ["cumulative"] = x => [Tf.Math.CumulativeLogSumExp(x[0], 1, exclusive: true), Tf.Math.CumProd(x[0], 0, reverse: true)],
        ["bincount"] = x =>
            [Tf.Math.Bincount(x[0]), Tf.Math.Bincount(x[0], minLength: 8), Tf.Math.Bincount(x[0], maxLength: 3),
            Tf.Math.Bincount(x[0], binaryOutput: true)],
        ["bincount_weights"] = x => [Tf.Math.Bincount(x[0], x[1])],
        ["bincount_rows"] = x => [Tf.Math.Bincount(x[0], byRow: true)],
        ["confusion"] = x => [Tf.Math.ConfusionMatrix(x[0], x[1]), Tf.Math.ConfusionMatrix(x[0], x[1], 5, x[2], DType.Float64)],
        ["in_top_k"] = x => [Tf.Math.InTopK(x[0], x[1], 2)],
        ["top_k"] = x => Pair(Tf.Math.TopK(x[0], 2)),
        ["sort"] = x => [Tf.Sort(x[0]), Tf.Sort(x[0], 0, descending: true)],
        ["argsort"] = x => [Tf.ArgSort(x[0]), Tf.ArgSort(x[0], 0, descending: true)],
        ["searchsorted"] = x => [Tf.SearchSorted(x[0], x[1]), Tf.SearchSorted(x[0], x[1], right: true)],
        ["unique"] = x => Triple(Tf.UniqueWithCounts(x[0])),
        ["sequence_mask"] = x => [Tf.SequenceMask(x[0]), Tf.SequenceMask(x[0], 5, DType.Float32)],
        ["reverse_sequence"] = x => [Tf.ReverseSequence(x[0], x[1], 1)],
        ["histogram"] = x => [Tf.HistogramFixedWidth(x[0], 0, 5, 5), Tf.HistogramFixedWidthBins(x[0], 0, 5, 5)],
        ["repeat"] = x => [Tf.Repeat(x[0], x[1], 0), Tf.Repeat(x[0], 2), Tf.Repeat(x[0], Tf.Constant([3]), 1)],
        ["boolean_mask"] = x =>
            [Tf.BooleanMask(x[0], Tf.Constant(new[,] { { true, false }, { false, true } })),
            Tf.BooleanMask(x[0], Tf.Constant([true, false, true]), -1)],
        ["meshgrid"] = x => [.. Tf.Meshgrid(x), .. Tf.Meshgrid([x[0], x[1]], "ij")],
        ["unravel"] = x => [Tf.UnravelIndex(x[0], Tf.Constant([3, 4]))],
        ["gather_nd_batch"] = x => [Tf.GatherNd(x[0], x[1], 1)],
        ["scatter"] = x =>
            [Tf.ScatterNd(x[0], x[1], [5]), Tf.TensorScatterNdUpdate(x[2], x[0], x[1]), Tf.TensorScatterNdMax(x[2], x[0], x[1])],
        ["edit_distance"] = x => [Tf.EditDistance(new SparseTensor(x[0], x[1], x[2]), new SparseTensor(x[3], x[4], x[5]))],
        ["clip_by_norm"] = x => [Tf.ClipByNorm(x[0], 1.5), Tf.ClipByNorm(x[0], 0.7, [1])],
        ["clip_by_norm_zero"] = x => [Tf.ClipByNorm(x[0], 1.5)],
        ["clip_by_global_norm"] = x =>
        {
            (Tensor[] clipped, Tensor norm) = Tf.ClipByGlobalNorm(x, 1);
            return [.. clipped, norm];
        },
        ["pad_modes"] = x =>
            [Tf.Pad(x[0], new[,] { { 1, 2 }, { 2, 1 } }, "REFLECT"), Tf.Pad(x[0], new[,] { { 1, 2 }, { 2, 1 } }, "SYMMETRIC")],
        ["space_to_batch"] = x =>
        {
            int[,] around = { { 0, 0 }, { 2, 0 } };
            Tensor batches = Tf.SpaceToBatch(x[0], [2, 2], around);
            return [batches, Tf.BatchToSpace(batches, [2, 2], around)];
        },
        ["space_to_batch_paddings"] = x => Pair(Tf.RequiredSpaceToBatchPaddings(x[0], [2, 3], new[,] { { 1, 0 }, { 0, 2 } })),

        ["tensordot"] = x => [Tf.TensorDot(x[0], x[1], 2), Tf.TensorDot(x[0], x[1], [0, 2], [2, 1])],
        ["tensordot_outer"] = x => [Tf.TensorDot(x[0], x[1], 0)],
        ["einsum"] = x => [Tf.Einsum("ij,jk,kl->il", x), Tf.Einsum("ij,jk", x[0], x[1]), Tf.Einsum("...ij->...ji", x[0])],
        ["einsum_trace"] = x => [Tf.Einsum("ii->i", x[0]), Tf.Einsum("ii", x[0])],
        ["matmul_adjoint"] = x => [Tf.MatMul(x[0], x[1], adjointA: true), Tf.MatMul(x[0], x[1], transposeA: true)],
        ["matmul_adjoint_batch"] = x => [Tf.MatMul(x[0], x[1], adjointB: true), Tf.MatMul(x[0], x[1], transposeB: true)],
        ["norms_matrix"] = x =>
        [
            Tf.Norm(x[0], 1, [0, 1]), Tf.Norm(x[0], double.PositiveInfinity, [-2, -1]), Tf.Norm(x[0], axes: [0, 1]), Tf.Norm(x[0], 3, [1]),
                Tf.Linalg.SpectralNorm(x[0]),
        ],
        ["normalize"] = x => Pair(Tf.Linalg.Normalize(x[0], axes: [1])),
        ["global_norm"] = x => [Tf.Linalg.GlobalNorm(x)],
        ["matrix_rank"] = x => [Tf.Linalg.MatrixRank(x[0])],
        ["pinv"] = x => [Tf.Linalg.Pinv(x[0])],
        ["pinv_deficient"] = x => [Tf.Linalg.Pinv(x[0])],
        ["slogdet"] = x => Pair(Tf.Linalg.Slogdet(x[0])),
        ["logdet"] = x => [Tf.Linalg.Logdet(x[0])],
        ["cholesky_solve"] = x => [Tf.Linalg.CholeskySolve(Tf.Linalg.Cholesky(x[0]), x[1])],
        ["lstsq"] = x => [Tf.Linalg.Lstsq(x[0], x[1]), Tf.Linalg.Lstsq(x[0], x[1], 0.3)],
        ["lstsq_wide"] = x => [Tf.Linalg.Lstsq(x[0], x[1], 0.1)],
        ["lstsq_slow"] = x => [Tf.Linalg.Lstsq(x[0], x[1], fast: false)],
        ["lu"] = x =>
        {
            (Tensor lu, Tensor order) = Tf.Linalg.Lu(x[0]);
            return [Tf.Linalg.LuSolve(lu, order, x[1]), Tf.Linalg.LuMatrixInverse(lu, order), Tf.Linalg.LuReconstruct(lu, order)];
        },
        ["expm"] = x => [Tf.Linalg.Expm(x[0])],
        ["expm_batch"] = x => [Tf.Linalg.Expm(x[0])],
        ["expm_float32"] = x => [Tf.Linalg.Expm(x[0])],
        ["expm_complex"] = x => [Tf.Linalg.Expm(x[0])],
        ["expm_zero"] = x => [Tf.Linalg.Expm(x[0])],
        ["sqrtm"] = x => [Tf.Linalg.Sqrtm(x[0])],
        ["diagonals"] = x =>
        [
            Tf.Linalg.DiagPart(x[0], -1, 1), Tf.Linalg.Diag(x[0][0], 1), Tf.Linalg.SetDiag(x[0], x[0][.., 0]),
                Tf.Linalg.Diag(x[0][0], 0, rows: 3, columns: 4, padding: 7),
        ],
        ["tensor_diag"] = x => [Tf.Linalg.TensorDiag(x[0]), Tf.Linalg.TensorDiagPart(Tf.Linalg.TensorDiag(x[0]))],
        ["tridiagonal"] = x =>
        {
            Tensor dominant = x[0] + Tf.Constant(new[,] { { 0.0 }, { 4 }, { 0 } });
            return [Tf.Linalg.TridiagonalMatMul(x[0], x[1]), Tf.Linalg.TridiagonalSolve(dominant, x[1]),
                Tf.Linalg.TridiagonalSolve(dominant, x[1][.., 0])];
        },
        ["tridiagonal_matrix"] = x =>
            [Tf.Linalg.TridiagonalMatMul(x[0], x[1], isMatrix: true), Tf.Linalg.TridiagonalSolve(x[0], x[1], isMatrix: true)],
        ["banded_solve"] = x => [Tf.Linalg.BandedTriangularSolve(x[0], x[1])],
        ["eigh_tridiagonal"] = x => [Tf.Linalg.EighTridiagonal(x[0], x[1]), Tf.Linalg.EighTridiagonal(x[0], x[1], 1, 2)],
        ["eigvalsh"] = x => [Tf.Linalg.Eigvalsh(x[0]), Tf.Linalg.Svdvals(x[0])],
        ["cross_adjoint"] = x => [Tf.Linalg.Cross(x[0], x[1]), Tf.Linalg.Adjoint(Tf.Complex(x[0], x[1]))],
        ["eye"] = _ => [Tf.Eye(2, 3, dtype: DType.Float64), Tf.Eye(3, 2, [2])],
        ["matvec"] = x => [Tf.Linalg.MatVec(x[0], x[1]), Tf.Linalg.MatVec(x[0], x[0][.., 0], transpose: true)],
        ["segments"] = x =>
        [
            Tf.Math.SegmentMean(x[0], Tf.Constant([0, 0, 1, 3])), Tf.Math.UnsortedSegmentMean(x[0], Tf.Constant(Segments), 4),
                Tf.Math.UnsortedSegmentSqrtN(x[0], Tf.Constant(Segments), 4),
            Tf.Math.UnsortedSegmentMax(x[0], Tf.Constant(Segments), 3), Tf.Math.UnsortedSegmentProd(x[0], Tf.Constant(Segments), 4),
        ],

        ["activations"] = x =>
        [
            Tf.NN.Silu(x[0], 1.5), Tf.NN.Swish(x[0]), Tf.NN.Crelu(x[0]), Tf.NN.Softmax(x[0], 0), Tf.NN.LogSoftmax(x[0], 0),
                Tf.NN.LeakyRelu(x[0]),
        ],
        ["softmax_xent_axis"] = x => [Tf.NN.SoftmaxCrossEntropyWithLogits(Tf.NN.Softmax(x[0], 1), x[1], 1)],
        ["softmax_xent_half"] = x => [Tf.NN.SoftmaxCrossEntropyWithLogits(Tf.NN.Softmax(x[0]), x[1])],
        ["sparse_xent"] = x => [Tf.NN.SparseSoftmaxCrossEntropyWithLogits(x[0], x[1])],
        ["weighted_xent"] = x => [Tf.NN.WeightedCrossEntropyWithLogits(Tf.Sigmoid(x[0]), x[1], 2.5)],
        ["sigmoid_xent"] = x => [Tf.NN.SigmoidCrossEntropyWithLogits(Tf.Sigmoid(x[0]), x[1])],
        ["log_poisson"] = x => [Tf.NN.LogPoissonLoss(x[0], x[1]), Tf.NN.LogPoissonLoss(x[0], x[1], computeFullLoss: true)],
        ["average_loss"] = x => [Tf.NN.ComputeAverageLoss(x[0]), Tf.NN.ComputeAverageLoss(x[0], x[1], 7)],
        ["moments"] = x => [.. Pair(Tf.NN.Moments(x[0], [0, 1])), .. Pair(Tf.NN.Moments(x[0], [1], keepDims: true))],
        ["weighted_moments"] = x => Pair(Tf.NN.WeightedMoments(x[0], [0], x[1])),
        ["sufficient"] = x =>
        {
            (Tensor count, Tensor sum, Tensor squares, Tensor? shift) = Tf.NN.SufficientStatistics(x[0], [0], x[1]);
            return [count, sum, squares, .. Pair(Tf.NN.NormalizeMoments(count, sum, squares, shift))];
        },
        ["batch_normalization"] = x =>
            [Tf.NN.BatchNormalization(x[0], x[1], x[2], x[3], x[4], 0.01), Tf.NN.BatchNormalization(x[0], x[1], x[2], null, null, 0.01)],
        ["l2_normalize"] = x => [Tf.NN.L2Normalize(x[0], 1), Tf.Math.L2Normalize(x[0])],
        ["l2_normalize_complex"] = x => [Tf.NN.L2Normalize(x[0], 0)],
        ["lrn"] = x => [Tf.NN.Lrn(x[0], 1, 1, 0.5f, 0.75f)],
        ["conv1d"] = x => [Tf.NN.Conv1D(x[0], x[1], [2], "SAME"), Tf.NN.Conv1D(x[0], x[1], [1], "VALID", dilations: [2])],
        ["conv1d_grad"] = x => [Tf.NN.Conv1D(x[0], x[1], [2], "SAME")],
        ["conv2d"] = x =>
        [
            Tf.NN.Conv2D(x[0], x[1], [1, 2], "SAME"), Tf.NN.Conv2D(x[0], x[1], [1], "VALID", dilations: [2]),
            Tf.NN.Conv2D(x[0], x[1], [1], new[,] { { 0, 0 }, { 1, 0 }, { 0, 2 }, { 0, 0 } }),
        ],
        ["conv2d_batch"] = x => [Tf.NN.Conv2D(x[0], x[1], [1], "SAME")],
        ["conv3d"] = x => [Tf.NN.Conv3D(x[0], x[1], [1, 2, 1, 1, 1], "SAME")],
        ["convolution"] = x => [Tf.NN.Convolution(x[0], x[1], padding: "SAME")],
        ["conv_transpose"] = x =>
            [Tf.NN.Conv2DTranspose(x[0], x[1], [1, 6, 8, 3], [2]), Tf.NN.ConvTranspose(x[0], x[1], [1, 6, 8, 3], [2])],
        ["conv1d_transpose"] = x => [Tf.NN.Conv1DTranspose(x[0], x[1], [2, 8, 3], [2])],
        ["conv3d_transpose"] = x => [Tf.NN.Conv3DTranspose(x[0], x[1], [1, 4, 4, 4, 3], [2])],
        ["atrous"] = x => [Tf.NN.AtrousConv2D(x[0], x[1], 2, "SAME")],
        ["atrous_transpose"] = x => [Tf.NN.AtrousConv2DTranspose(x[0], x[1], [1, 6, 6, 3], 2, "SAME")],
        ["depthwise"] = x =>
        [
            Tf.NN.DepthwiseConv2D(x[0], x[1], [1, 2, 2, 1], "SAME"), Tf.NN.DepthwiseConv2D(x[0], x[1], [1], "SAME", dilations: [2, 3]),
            Tf.NN.DepthwiseConv2D(x[0], x[1], [1], "VALID", dilations: [2]),
        ],
        ["separable"] = x => [Tf.NN.SeparableConv2D(x[0], x[1], x[2], [1], "SAME")],
        ["pools"] = x =>
        [
            Tf.NN.AvgPool(x[0], [2], [2], "SAME"), Tf.NN.MaxPool(x[0], [3, 2], [1, 2], "VALID"),
                Tf.NN.MaxPool2D(x[0], [2], [1], new[,] { { 0, 0 }, { 1, 1 }, { 0, 1 }, { 0, 0 } }),
            .. Pair(Tf.NN.MaxPoolWithArgmax(x[0], [2], [2], "SAME")),
        ],
        ["pools_1d"] = x => [Tf.NN.AvgPool1D(x[0], [3], [2], "SAME"), Tf.NN.MaxPool(x[0], [2], [1], "VALID")],
        ["pools_3d"] = x => [Tf.NN.AvgPool3D(x[0], [2], [1], "SAME"), Tf.NN.MaxPool(x[0], [2], [2], "VALID")],
        ["pool_dilated"] = x => [Tf.NN.Pool(x[0], [2, 2], "MAX", dilations: [2, 2]), Tf.NN.Pool(x[0], [2, 2], "AVG", [2, 1])],
        ["morphology"] = x => [Tf.NN.Dilation2D(x[0], x[1], [1], "SAME"), Tf.NN.Erosion2D(x[0], x[1], [2], "VALID")],
        ["isotonic"] = x => [.. Pair(Tf.NN.IsotonicRegression(x[0])), Tf.NN.IsotonicRegression(x[0], decreasing: false, axis: 0).Output],
        ["embedding"] = x => [Tf.NN.EmbeddingLookup(x[0], x[1]), Tf.NN.EmbeddingLookup(x[0], x[1], 1)],
        ["embedding_sparse"] = x =>
        {
            (SparseTensor ids, SparseTensor weights) = (new(x[1], x[2], x[3]), new(x[1], x[4], x[3]));
            return
            [
                Tf.NN.EmbeddingLookupSparse(x[0], ids), Tf.NN.EmbeddingLookupSparse(x[0], ids, weights, "sqrtn"),
                    Tf.NN.EmbeddingLookupSparse(x[0], ids, weights, "mean", 1),
                Tf.NN.EmbeddingLookupSparse(x[0], ids, combiner: "sum", maxNorm: 0.5),
            ];
        },
        ["embedding_safe"] = x =>
        {
            (SparseTensor ids, SparseTensor weights) = (new(x[1], x[2], x[3]), new(x[1], x[4], x[3]));
            return
            [
                Tf.NN.SafeEmbeddingLookupSparse(x[0], ids), Tf.NN.SafeEmbeddingLookupSparse(x[0], ids, weights, "sum", defaultId: 1),
                    Tf.NN.SafeEmbeddingLookupSparse(x[0], ids, weights),
            ];
        },
        ["sampled"] = x =>
            [Tf.NN.NceLoss(x[0], x[1], x[2], x[3], 3, 7, sampledValues: (x[4], x[5], x[6])),
            Tf.NN.SampledSoftmaxLoss(x[0], x[1], x[2], x[3], 3, 7, sampledValues: (x[4], x[5], x[6]))],
        ["ctc_dense"] = x =>
        [
            Tf.NN.CtcLoss(x[0], x[1], x[2], x[3]), Tf.NN.CtcLoss(x[0], x[1], x[2], x[3], blankIndex: -1),
            Tf.NN.CtcLoss(x[0], Tf.Transpose(x[1], [1, 0, 2]), x[2], x[3], logitsTimeMajor: false),
        ],
        ["ctc_decoders"] = x =>
        {
            (SparseTensor greedy, Tensor sums) = Tf.NN.CtcGreedyDecoder(x[0], x[1]);
            (SparseTensor[] beams, Tensor probabilities) = Tf.NN.CtcBeamSearchDecoder(x[0], x[1], topPaths: 2);
            return [greedy.Values, sums, beams[1].Values, probabilities];
        },
        ["collapse_repeated"] = x => Pair(Tf.NN.CollapseRepeated(x[0], x[1])),
        ["depth_space"] = x => [Tf.NN.SpaceToDepth(x[0], 2), Tf.NN.DepthToSpace(x[0], 2)],

        ["generator"] = _ => Generate(),
        ["generator_negative_seed"] = _ => [Tf.Random.CreateRngState(-5)],
        ["stateless"] = _ =>
        [
            Tf.Random.StatelessUniform([3], (1, 2)), Tf.Random.StatelessNormal([3], (1, 2), dtype: DType.Float64),
                Tf.Random.StatelessTruncatedNormal([3], (5, 6)),
            Tf.Random.StatelessUniformIntegers([3], (1, 2), 0, 9),
                Tf.Random.StatelessGamma([3], (1, 2), Tf.Constant([0.5f, 1, 3]), Tf.Constant(2f)),
            Tf.Random.StatelessPoisson([3], (1, 2), Tf.Constant([1f, 4, 9])),
                Tf.Random.StatelessBinomial([3], (1, 2), Tf.Constant(10f), Tf.Constant(0.3f)),
            Tf.Random.Split((1, 2), 3), Tf.Random.FoldIn((1, 2), 5),
        ],
        ["stateless_categorical"] = x => [Tf.Random.StatelessCategorical(x[0], 4, (1, 2))],
        ["stateless_parameterized"] = _ =>
            [Tf.Random.StatelessParameterizedTruncatedNormal([4], (3, 4), Tf.Constant(1f), Tf.Constant(2f), Tf.Constant(0f),
                Tf.Constant(1.5f))],
        ["stateless_dropout"] = x => [Tf.NN.StatelessDropout(x[0], 0.4, (1, 2))],
        ["index_shuffle"] = _ => [Tf.Random.IndexShuffle(Tf.Constant([0, 1, 2]), Tf.Constant([1u, 2u, 3u]), Tf.Constant(9))],
        ["set_seed"] = _ => Seeded(),
        ["samplers"] = x =>
            [.. Triple(Tf.Random.LogUniformCandidateSampler(x[0], 1, 3, true, 20, 5)),
            .. Triple(Tf.Random.UniformCandidateSampler(x[0], 1, 3, true, 20, 5))],
        ["dropout_seed"] = x => [Tf.NN.Dropout(x[0], 0.3, seed: 11)],

        ["fft"] = x => [Tf.Signal.Rfft(x[0]), Tf.Signal.Irfft(Tf.Signal.Rfft(x[0])), Tf.Signal.Rfft(x[0], 6)],
        ["fftnd"] = x => [Tf.Fftnd(x[0], [3, 5], [0, 1]), Tf.Ifftnd(x[0], [2, 4], [0, 1])],
        ["rfftnd"] = x => [Tf.Rfftnd(x[0], [3, 5], [0, 1]), Tf.Irfftnd(Tf.Cast(x[0], DType.Complex128), [3, 6], [0, 1])],
        ["resize"] = x =>
        [
            Tf.Image.Resize(x[0], 5, 3), Tf.Image.Resize(x[0], 2, 6, "nearest"), Tf.Image.Resize(x[0], 5, 3, "bicubic"),
                Tf.Image.Resize(x[0], 2, 2, "area"),
            Tf.Image.Resize(x[0], 2, 2, "lanczos3"), Tf.Image.Resize(x[0], 2, 2, antialias: true),
        ],
        ["image"] = x =>
            [Tf.Image.FlipLeftRight(x[0]), Tf.Image.FlipUpDown(x[0]), Tf.Image.RgbToGrayscale(x[0]), Tf.Image.AdjustContrast(x[0], 1.5f)],
    };

    private static Tensor[] Pair((Tensor First, Tensor Second) pair) => [pair.First, pair.Second];

    private static Tensor[] Triple((Tensor First, Tensor Second, Tensor Third) triple) => [triple.First, triple.Second, triple.Third];

    private static Tensor[] Generate()
    {
        using Tf.Random.Generator generator = Tf.Random.Generator.FromSeed(7);
        List<Tensor> drawn =
        [
            generator.Normal([3]), generator.Uniform([2, 2], -1, 2, DType.Float64), generator.UniformIntegers([4], 0, 10),
                generator.TruncatedNormal([2]),
            generator.UniformFullIntegers([2]), generator.MakeSeeds(2),
        ];
        generator.Skip(5);
        Tf.Random.Generator[] parts = generator.Split(2);
        drawn.AddRange([generator.State, generator.Key, parts[1].Normal([2]), generator.Binomial([3], Tf.Constant(5f), Tf.Constant(0.4f))]);
        foreach (Tf.Random.Generator part in parts)
            part.Dispose();
        return [.. drawn];
    }

    private static Tensor[] Seeded()
    {
        Tf.Random.SetSeed(20261130);
        try
        {
            return
            [
                Tf.Random.Uniform([2]), Tf.Random.Normal([2]), Tf.Random.Uniform([2], seed: 3), Tf.Random.Shuffle(Tf.Range(5)),
                    Tf.Random.TruncatedNormal([2], seed: 4),
                Tf.Random.Poisson([2], Tf.Constant([3f]), seed: 5), Tf.Random.Gamma([2], Tf.Constant([1.5f]), seed: 6),
                Tf.Random.Categorical(Tf.Constant(new[,] { { 0.1f, 0.9f } }), 3, seed: 7),
                    Tf.Random.UniformIntegers([2], 0, 7, DType.Int64, seed: 8),
            ];
        }
        finally
        {
            Tf.Random.SetSeed(null);
        }
    }
}
